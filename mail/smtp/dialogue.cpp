#include "mail/smtp/dialogue.hpp"

#include "mail/smtp/mail_parameters.hpp"

#include <utility>

namespace stagepost::smtp {

receiver::state::state(std::shared_ptr<const receiver_settings> x)
  : settings(std::move(x)) {
  static_assert(sizeof(state) <= 384, "ten thousand clients may be idle");
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

void receiver::state::end_transaction() {
  now = {};
  recipient = {};
  intake.reset();
  in_mail = false;
  recipient_refused = false;
}

bool receiver::state::in_content() const noexcept {
  return intake && !intake->ended();
}

// -- what comes in ------------------------------------------------------------

void receiver::state::take_line(std::string_view& octets) {
  using fault = line_reader::fault;
  const auto line = lines.next(octets);
  if (!line)
    return;
  ++commands;
  more_follows = !octets.empty();
  switch (line->what) {
    case fault::none:
      obey(line->text);
      break;
    case fault::bad_octet:
      on_error("500 5.5.2 Commands are printable ASCII and end with CRLF");
      break;
    case fault::too_long:
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

void receiver::state::take_content(std::string_view& octets) {
  octets.remove_prefix(intake->take(octets));
  if (intake->endless())
    return say_goodbye("421 4.3.4", "Message far larger than the limit");
  if (!intake->ended())
    return;
  if (closing)
    return close_if_asked();
  const auto refusal = intake->refusal();
  if (refusal.empty()) {
    open = wish::store;
    return;
  }
  say(refusal);
  end_transaction();
}

void receiver::state::refuse_data(std::string_view line) {
  if (!more_follows)
    return say(line);
  say("554 5.5.0 Protocol error: data sent before it was asked for");
  hang_up();
}

// -- commands -----------------------------------------------------------------

void receiver::state::obey(std::string_view line) {
  auto parsed = parse_command(line);
  if (parsed)
    return obey(std::move(*parsed));
  if (parsed.error() == command_errc::unknown) {
    if (looks_like_http(line))
      return say_goodbye("421 4.7.0", "This is not a web server");
    return on_error(parsed.error().message());
  }
  if (content_may_follow(line))
    return refuse_data(parsed.error().message());
  recipient_refused
    = recipient_refused || parsed.error() == command_errc::bad_recipient;
  say(parsed.error().message());
}

void receiver::state::obey(command x) {
  switch (x.what) {
    case verb::helo:
    case verb::ehlo:
      return on_hello(x);
    case verb::mail:
      return on_mail(x);
    case verb::rcpt:
      return on_rcpt(x);
    case verb::data:
      return on_data();
    case verb::rset:
      end_transaction();
      return say("250 2.0.0 Ok");
    case verb::noop:
      return say("250 2.0.0 Ok");
    case verb::quit:
      say("221 2.0.0 Bye");
      return hang_up();
    case verb::vrfy:
      return say("252 2.1.5 Send mail to it, and see");
    case verb::help:
      say(
        "214-2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP STARTTLS");
      return say("214 2.0.0 See RFC 5321");
    case verb::starttls:
      return on_starttls();
  }
}

void receiver::state::on_error(std::string_view line) {
  if (++errors > settings->unknown_commands)
    return say_goodbye("421 4.7.0", "Too many bad commands");
  say(line);
}

void receiver::state::on_hello(const command& x) {
  end_transaction();
  helo = x.argument;
  extended = x.what == verb::ehlo;
  replies += extended ? "250-" : "250 ";
  replies += settings->hostname;
  replies += " greets ";
  say(helo);
  if (!extended)
    return;
  if (settings->pipelining)
    say("250-PIPELINING");
  say("250-SIZE " + std::to_string(settings->message_size));
  say("250-8BITMIME");
  if (settings->starttls && !secure)
    say("250-STARTTLS");
  say("250 ENHANCEDSTATUSCODES");
}

void receiver::state::on_mail(const command& x) {
  if (helo.empty())
    return say("503 5.5.1 Say EHLO or HELO first");
  if (in_mail)
    return say("503 5.5.1 A transaction is open already");
  const auto parameters = read_mail_parameters(x.parameters);
  if (!parameters)
    return say(parameters.error().message());
  if (settings->message_size != 0 && parameters->size > settings->message_size)
    return say("552 5.3.4 Message larger than the limit");
  now.sender = x.path.text();
  now.declared_size = parameters->size;
  now.eight_bit = parameters->eight_bit;
  in_mail = true;
  say("250 2.1.0 Ok");
}

void receiver::state::on_rcpt(const command& x) {
  if (!in_mail)
    return say("503 5.5.1 MAIL comes first");
  recipient_refused = true; // until it is verified
  if (!x.parameters.empty())
    return say(make_error_code(command_errc::unknown_parameter).message());
  if (now.recipients.size() >= settings->recipients)
    return say("452 4.5.3 Too many recipients; send to the others later");
  recipient = x.path.text();
  open = wish::verify_recipient;
}

void receiver::state::on_data() {
  if (!now.recipients.empty())
    open = wish::begin_content;
  else if (in_mail && recipient_refused)
    refuse_data("554 5.5.1 No valid recipients");
  else
    refuse_data(in_mail ? "503 5.5.1 RCPT comes first"
                        : "503 5.5.1 MAIL comes first");
}

void receiver::state::on_starttls() {
  if (secure)
    return say("503 5.5.1 TLS is up already");
  if (!settings->starttls)
    return say(make_error_code(command_errc::unimplemented).message());
  if (helo.empty() || in_mail)
    return say(helo.empty() ? "503 5.5.1 Say EHLO first"
                            : "503 5.5.1 A transaction is open");
  say("220 2.0.0 Ready to start TLS");
  open = wish::start_tls;
}

} // namespace stagepost::smtp
