#pragma once

#include "mail/address.hpp"

#include <cstdint>
#include <string_view>
#include <vector>

namespace stagepost::smtp {

/// What can be wrong with a command line. The message of each is the reply to
/// give, codes and text, without CRLF.
enum class command_errc {
  unknown = 1,       ///< 500: no verb of SMTP.
  unimplemented,     ///< 502: a verb of SMTP that is not spoken here.
  missing_argument,  ///< 501
  unwanted_argument, ///< 501
  bad_argument,      ///< 501: `MAIL` without `FROM:`, a name with spaces.
  bad_sender,        ///< 501 5.1.7
  bad_recipient,     ///< 501 5.1.3
  bad_parameter,     ///< 501: malformed, out of its range, or given twice.
  unknown_parameter, ///< 555
};

const boost::system::error_category& command_category() noexcept;

inline boost::system::error_code make_error_code(command_errc x) noexcept {
  return {static_cast<int>(x), command_category()};
}

enum class verb : std::uint8_t {
  helo,
  ehlo,
  mail,
  rcpt,
  data,
  rset,
  noop,
  quit,
  vrfy,
  help,
  starttls,
  auth,
  bdat,
  expn,
  lhlo,
  xclient,
};

/// `KEYWORD=value` or `KEYWORD` behind a path (RFC 5321, 4.1.2).
struct parameter {
  std::string_view keyword; ///< As given; compare without case.
  std::string_view value;   ///< Empty if there was none.
};

/// A command that is well-formed. Its views point into the line.
struct command {
  verb what{};
  std::string_view argument; ///< Of all but MAIL and RCPT.
  mailbox path;              ///< Of MAIL (`local` empty: `<>`) and RCPT.
  std::vector<parameter> parameters; ///< Of MAIL and RCPT, in order.
};

/// Parses a command line without its CRLF, whose octets are printable ASCII or,
/// in a path, UTF-8.
/// Verbs and keywords may have any case. Spaces after `FROM:` and `TO:` and at
/// the end of the line are tolerated; brackets around the path are not
/// optional. Fails with a `command_errc`.
[[nodiscard]] result<command> parse_command(std::string_view line);

/// The argument of BDAT (RFC 3030, 2): the chunk's size in octets, and whether
/// it is the last one. Fails with `command_errc::bad_argument`.
struct chunk {
  std::uint64_t size = 0;
  bool last = false;
};
[[nodiscard]] result<chunk> parse_chunk(std::string_view argument);

/// True for a line that a web client sends: a form or a script in a browser
/// was pointed at this port, to have its body taken for commands.
[[nodiscard]] bool looks_like_http(std::string_view line) noexcept;

} // namespace stagepost::smtp

template <>
struct boost::system::is_error_code_enum<stagepost::smtp::command_errc>
  : std::true_type {};
