#include "mail/smtp/dialogue.hpp"

#include "mail/sasl/secret.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

receiver::state::state(std::shared_ptr<const receiver_settings> x)
  : settings(std::move(x)), patience(settings->unknown_commands) {
  static_assert(sizeof(state) <= 512, "ten thousand clients may be idle");
}

// -- what is said -------------------------------------------------------------

void receiver::state::say(std::string_view line) {
  replies += line;
  replies += "\r\n";
}

void receiver::state::say(const reply& x) {
  append_wire(replies, x);
  if (x.code == 421)
    hang_up();
}

void receiver::state::hang_up() {
  end_transaction();
  login.reset();
  forget_subject();
  lines = {};
  open = wish::hang_up;
}

void receiver::state::say_goodbye(std::string_view codes,
                                  std::string_view why) {
  replies += codes;
  replies += ' ';
  replies += settings->hostname;
  replies += ' ';
  say(why);
  hang_up();
}

void receiver::state::close_if_asked() {
  if (!closing || open == wish::hang_up)
    return;
  append_wire(replies, *closing);
  hang_up();
}

void receiver::state::greet() {
  replies += "220 ";
  replies += settings->hostname;
  replies += ' ';
  say(settings->banner);
}

// -- where it stands ----------------------------------------------------------

bool receiver::state::answers(wish x) noexcept {
  if (open != x)
    return false;
  open = wish::none;
  return true;
}

void receiver::state::end_transaction() {
  now = {};
  recipient = {};
  intake.reset();
  chunk.reset();
  in_mail = false;
  recipient_refused = false;
  named.reset();
  repeated = 0;
}

bool receiver::state::is_repeated() {
  // LMTP has a reply for each of them at the end.
  if (settings->lmtp || now.recipients.empty())
    return false;
  if (!named)
    named = std::make_unique<std::unordered_set<std::string>>(
      std::unordered_set{now.recipients.front().address});
  if (named->insert(recipient.address).second)
    return false;
  return std::any_of(now.recipients.begin(), now.recipients.end(),
                     [&](const transaction::recipient& x) {
                       return x.address == recipient.address
                              && x.notify == recipient.notify
                              && x.original == recipient.original;
                     });
}

void receiver::state::forget_subject() noexcept {
  sasl::wipe(subject);
  std::string{}.swap(subject); // an idle session holds no buffer
}

void receiver::state::begin_anew() {
  end_transaction();
  login.reset();
  helo = {};
  user = {};
  extended = false;
}

bool receiver::state::in_content() const noexcept {
  return chunk || (intake && !intake->ended() && !intake->by_chunks());
}

// -- what comes in ------------------------------------------------------------

void receiver::state::take_line(std::string_view& octets) {
  using fault = line_reader::fault;
  const auto line
    = lines.next(octets, offers_auth() ? line_reader::max_login_octets
                                       : line_reader::max_octets);
  if (!line)
    return;
  ++commands;
  more_follows = !octets.empty();
  switch (line->what) {
    case fault::none:
      if (login)
        go_on(login->respond(line->text));
      else
        obey(line->text, line->ascii);
      break;
    case fault::bad_octet:
      login.reset();
      on_error("500 5.5.2 Commands are printable ASCII and end with CRLF");
      break;
    case fault::too_long:
      login.reset();
      on_error("500 5.5.6 Line too long");
      break;
    case fault::bare_lf:
      say("500 5.5.2 Lines end with CRLF, not with LF alone");
      say_goodbye("421 4.7.0", "Closing connection");
      break;
    case fault::endless:
      say_goodbye("421 4.7.0", "Line far too long");
      break;
  }
  lines.done();
}

void receiver::state::on_error(std::string_view line) {
  if (++errors > patience)
    return say_goodbye("421 4.7.0", "Too many bad commands");
  say(line);
}

} // namespace stagepost::smtp
