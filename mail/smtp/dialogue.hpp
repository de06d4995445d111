#pragma once

#include "mail/smtp/command.hpp"
#include "mail/smtp/content_intake.hpp"
#include "mail/smtp/line_reader.hpp"
#include "mail/smtp/receiver.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>

namespace stagepost::smtp {

/// What a receiver knows, and what each command does to it. Ten thousand idle
/// clients have one each, so it owns no memory between transactions but for
/// the names of the client and its user.
struct receiver::state {
  using wish = receiver::wish;

  explicit state(std::shared_ptr<const receiver_settings> x);

  /// A chunk that is being received.
  struct chunk_intake {
    std::uint64_t left = 0; ///< Octets.
    bool last = false;
    bool wanted = true; ///< Else it is dropped, and `refusal` said.
    std::string refusal{};
  };

  std::shared_ptr<const receiver_settings> settings;
  std::string replies;
  std::string helo;
  std::string user; ///< Who logged in.
  transaction now;
  transaction::recipient recipient; ///< Being verified.
  std::unique_ptr<content_intake> intake;
  std::unique_ptr<chunk_intake> chunk;
  std::unique_ptr<sasl::exchange> login;
  std::unique_ptr<xclient> claimed;
  std::string subject;            ///< Of EXPN, or AUTH's initial response.
  std::unique_ptr<reply> closing; ///< To be said where a reply may stand.
  line_reader lines;
  std::uint64_t commands = 0;
  std::uint64_t recipients_in_all = 0;
  /// Addresses of `now.recipients`; null while there is one at most.
  std::unique_ptr<std::unordered_set<std::string>> named;
  std::size_t repeated = 0; ///< Recipients that had been named before.
  std::uint64_t messages = 0;
  std::size_t errors = 0; ///< Lines that were no commands.
  std::size_t patience;   ///< With such lines.
  std::size_t failed_logins = 0;
  wish open = wish::none;
  sasl::mechanism how{}; ///< Of the login that is about to begin.
  bool extended = false;
  bool secure = false;
  bool proxied = false; ///< It is a proxy's TLS that makes it secure.
  bool trusted = false; ///< With XCLIENT.
  bool in_mail = false; ///< MAIL was taken.
  bool recipient_refused = false;
  bool more_follows = false;    ///< Octets came along behind the last command.
  bool has_response = false;    ///< AUTH had an initial response.
  bool malformed_login = false; ///< And nobody has been told yet.

  /// Closes this wish; false if it is not the open one.
  bool answers(wish x) noexcept;

  void say(std::string_view line);
  /// Says it, and ends the dialogue if it is a 421.
  void say(const reply& x);
  void hang_up();
  /// `421 4.7.0 HOSTNAME WHY`, and the end.
  void say_goodbye(std::string_view codes, std::string_view why);
  /// Says what `close` left, if anything.
  void close_if_asked();
  void greet();
  void end_transaction();
  /// Is the recipient in hand one of the message's already, and is as much to
  /// be told of it?
  bool is_repeated();
  /// It may hold a password.
  void forget_subject() noexcept;
  /// As it was before EHLO (RFC 3207, 4.2).
  void begin_anew();
  bool in_content() const noexcept;

  /// Takes one line, or all octets, off `octets`.
  void take_line(std::string_view& octets);
  void take_content(std::string_view& octets);

  // -- content --
  void begin_intake(std::string trace);
  void refuse_intake(const reply& why);
  /// DATA is refused; what came along may be content.
  void refuse_data(std::string_view line);
  /// What DATA and BDAT hear where nobody is to get the message.
  [[nodiscard]] std::string_view without_recipients() const noexcept;
  /// The whole message is refused: a reply, or one for each recipient.
  void refuse_message(std::string_view line);

  /// May this client say how its mail is to leave?
  [[nodiscard]] bool may_choose_egress() const noexcept;

  // -- login --
  void begin_login(sasl::circumstances where);
  void go_on(sasl::state next);
  void end_login(const reply& x);
  [[nodiscard]] bool offers_auth() const noexcept;
  [[nodiscard]] bool offers(sasl::mechanism x) const noexcept;

private:
  void obey(std::string_view line, bool ascii);
  void obey(command x, bool ascii);
  void on_error(std::string_view line);
  void on_hello(const command& x);
  void announce();
  void on_mail(const command& x, bool ascii);
  void on_rcpt(const command& x, bool ascii);
  void on_data();
  void on_bdat(const command& x);
  void take_chunk(std::string_view& octets);
  void end_chunk();
  void drop_chunk(const chunk_intake& x);
  void on_starttls();
  void on_auth(const command& x);
  void on_expn(const command& x);
  void on_xclient(const command& x);
};

} // namespace stagepost::smtp
