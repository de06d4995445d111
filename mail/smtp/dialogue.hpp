#pragma once

#include "mail/smtp/command.hpp"
#include "mail/smtp/content_intake.hpp"
#include "mail/smtp/line_reader.hpp"
#include "mail/smtp/receiver.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// What a receiver knows, and what each command does to it. Ten thousand idle
/// clients have one each, so it owns no memory between transactions but for
/// the client's name.
struct receiver::state {
  using wish = receiver::wish;

  explicit state(std::shared_ptr<const receiver_settings> x);

  std::shared_ptr<const receiver_settings> settings;
  std::string replies;
  std::string helo;
  transaction now;
  std::string recipient; ///< Being verified.
  std::optional<content_intake> intake;
  std::unique_ptr<reply> closing; ///< To be said where a reply may stand.
  line_reader lines;
  std::uint64_t commands = 0;
  std::size_t errors = 0; ///< Lines that were no commands.
  wish open = wish::none;
  bool extended = false;
  bool secure = false;
  bool in_mail = false; ///< MAIL was taken.
  bool recipient_refused = false;
  bool more_follows = false; ///< Octets came along behind the last command.

  void say(std::string_view line);
  /// Says it, and ends the dialogue if it is a 421.
  void say(const reply& x);
  void hang_up();
  /// `421 4.7.0 HOSTNAME WHY`, and the end.
  void say_goodbye(std::string_view codes, std::string_view why);
  /// Says what `close` left, if anything.
  void close_if_asked();
  void end_transaction();
  bool in_content() const noexcept;

  /// Takes one line, or all octets, off `octets`.
  void take_line(std::string_view& octets);
  void take_content(std::string_view& octets);

  /// DATA or BDAT is refused; what came along may be content.
  void refuse_data(std::string_view line);

private:
  void obey(std::string_view line);
  void obey(command x);
  void on_error(std::string_view line);
  void on_hello(const command& x);
  void on_mail(const command& x);
  void on_rcpt(const command& x);
  void on_data();
  void on_starttls();
};

} // namespace stagepost::smtp
