#include "mail/smtp/command.hpp"

#include "mail/ascii.hpp"
#include "mail/smtp/path.hpp"
#include "mail/smtp/size.hpp"

#include <algorithm>
#include <array>

namespace stagepost::smtp {

namespace {

struct command_category_impl final : boost::system::error_category {
  const char* name() const noexcept override {
    return "mail.smtp.command";
  }
  std::string message(int code) const override {
    switch (static_cast<command_errc>(code)) {
      case command_errc::unknown:
        return "500 5.5.2 Command not recognized";
      case command_errc::unimplemented:
        return "502 5.5.1 Command not implemented";
      case command_errc::missing_argument:
        return "501 5.5.4 The command needs an argument";
      case command_errc::unwanted_argument:
        return "501 5.5.4 The command takes no argument";
      case command_errc::bad_argument:
        return "501 5.5.4 Syntax error in the argument";
      case command_errc::bad_sender:
        return "501 5.1.7 Bad sender address";
      case command_errc::bad_recipient:
        return "501 5.1.3 Bad recipient address";
      case command_errc::bad_parameter:
        return "501 5.5.4 Bad value of a parameter";
      case command_errc::unknown_parameter:
        return "555 5.5.4 Parameter not recognized";
    }
    return "500 5.5.2 Error";
  }
};

enum class takes : std::uint8_t { nothing, anything, something, host, path };

struct entry {
  std::string_view name;
  verb what;
  takes argument;
};

// The frequent ones first.
constexpr std::array known{
  entry{"RCPT", verb::rcpt, takes::path},
  entry{"MAIL", verb::mail, takes::path},
  entry{"DATA", verb::data, takes::nothing},
  entry{"EHLO", verb::ehlo, takes::host},
  entry{"QUIT", verb::quit, takes::nothing},
  entry{"RSET", verb::rset, takes::nothing},
  entry{"HELO", verb::helo, takes::host},
  entry{"NOOP", verb::noop, takes::anything},
  entry{"STARTTLS", verb::starttls, takes::nothing},
  entry{"VRFY", verb::vrfy, takes::something},
  entry{"HELP", verb::help, takes::anything},
  entry{"BDAT", verb::bdat, takes::anything},
  entry{"AUTH", verb::auth, takes::something},
  entry{"LHLO", verb::lhlo, takes::host},
  entry{"EXPN", verb::expn, takes::something},
  entry{"XCLIENT", verb::xclient, takes::something},
};

constexpr std::array<std::string_view, 6> not_spoken{"BURL", "ETRN", "SAML",
                                                     "SEND", "SOML", "TURN"};

constexpr std::array<std::string_view, 9> http_methods{
  "GET",     "POST",  "PUT",   "HEAD",   "DELETE",
  "OPTIONS", "PATCH", "TRACE", "CONNECT"};

constexpr std::size_t max_host = 255; // as a domain, RFC 5321, 4.5.3.1.2

std::string_view without_leading_spaces(std::string_view x) {
  return x.substr(std::min(x.find_first_not_of(' '), x.size()));
}

std::string_view first_word(std::string_view line) {
  return line.substr(0, line.find(' '));
}

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& names,
               std::string_view x) {
  return std::any_of(names.begin(), names.end(),
                     [&](auto name) { return iequals(name, x); });
}

/// esmtp-param of RFC 5321, 4.1.2.
bool is_well_formed(const parameter& x, bool has_value) {
  return !x.keyword.empty() && is_alnum(x.keyword.front())
         && std::all_of(x.keyword.begin(), x.keyword.end(),
                        [](char c) { return is_alnum(c) || c == '-'; })
         && has_value != x.value.empty()
         && x.value.find('=') == std::string_view::npos;
}

result<std::vector<parameter>> parse_parameters(std::string_view text) {
  std::vector<parameter> out;
  if (!text.empty() && !text.starts_with(' '))
    return command_errc::bad_argument;
  for (;;) {
    text = without_leading_spaces(text);
    if (text.empty())
      return out;
    const auto word = first_word(text);
    const auto equals = word.find('=');
    const bool has_value = equals != std::string_view::npos;
    parameter x{word.substr(0, equals),
                has_value ? word.substr(equals + 1) : std::string_view{}};
    if (!is_well_formed(x, has_value))
      return command_errc::bad_parameter;
    out.push_back(x);
    text.remove_prefix(word.size());
  }
}

/// MAIL and RCPT: `FROM:<path> parameters`.
result<command> parse_with_path(command x, std::string_view text) {
  const bool mail = x.what == verb::mail;
  const std::string_view lead = mail ? "FROM:" : "TO:";
  if (!iequals(text.substr(0, lead.size()), lead))
    return command_errc::bad_argument;
  text = without_leading_spaces(text.substr(lead.size()));
  auto path = read_path(text, alphabet::utf8);
  // `postmaster` needs no domain as a recipient, but is no sender without one;
  // mail can be from nobody, but not to nobody.
  if (!path || (mail && !path->local.empty() && path->domain.empty()))
    return mail ? command_errc::bad_sender : command_errc::bad_recipient;
  if (!mail && path->local.empty())
    return command_errc::bad_recipient;
  auto parameters = parse_parameters(text);
  if (!parameters)
    return parameters.error();
  x.path = std::move(*path);
  x.parameters = std::move(*parameters);
  return x;
}

result<command> parse_argument(const entry& kind, std::string_view text) {
  command x{kind.what, text, {}, {}};
  if (kind.argument == takes::nothing)
    return text.empty() ? result<command>{std::move(x)}
                        : command_errc::unwanted_argument;
  if (kind.argument == takes::anything)
    return x;
  if (text.empty())
    return command_errc::missing_argument;
  if (kind.argument == takes::path)
    return parse_with_path(std::move(x), text);
  // Any name will do: hosts do not know theirs, and nothing rests on it.
  if (kind.argument == takes::host
      && (text.size() > max_host || text.find(' ') != std::string_view::npos))
    return command_errc::bad_argument;
  return x;
}

} // namespace

const boost::system::error_category& command_category() noexcept {
  static const command_category_impl instance;
  return instance;
}

result<command> parse_command(std::string_view line) {
  while (line.ends_with(' '))
    line.remove_suffix(1);
  const auto word = first_word(line);
  const auto* const found
    = std::find_if(known.begin(), known.end(),
                   [&](const entry& x) { return iequals(x.name, word); });
  if (found != known.end())
    return parse_argument(*found,
                          without_leading_spaces(line.substr(word.size())));
  return is_one_of(not_spoken, word) ? command_errc::unimplemented
                                     : command_errc::unknown;
}

result<chunk> parse_chunk(std::string_view argument) {
  const auto digits = first_word(argument);
  const auto rest = without_leading_spaces(argument.substr(digits.size()));
  const auto size = parse_size(digits);
  if (!size || (!rest.empty() && !iequals(rest, "LAST")))
    return command_errc::bad_argument;
  return chunk{*size, !rest.empty()};
}

bool looks_like_http(std::string_view line) noexcept {
  const auto word = first_word(line);
  return is_one_of(http_methods, word) || iequals(word.substr(0, 5), "Host:");
}

} // namespace stagepost::smtp
