#include "mail/ascii.hpp"
#include "mail/smtp/dialogue.hpp"
#include "mail/smtp/mail_parameters.hpp"
#include "mail/smtp/xegress.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

namespace {

constexpr std::string_view not_ascii
  = "500 5.5.2 Commands are printable ASCII and end with CRLF";

std::string unimplemented() {
  return make_error_code(command_errc::unimplemented).message();
}

} // namespace

void receiver::state::obey(std::string_view line, bool ascii) {
  // Only what a mailbox stands in may have other letters, and AUTH be so long.
  const auto word = line.substr(0, line.find(' '));
  if (line.size() + 2 > line_reader::max_octets && !iequals(word, "AUTH"))
    return on_error("500 5.5.6 Line too long");
  auto parsed = parse_command(line);
  if (parsed)
    return obey(std::move(*parsed), ascii);
  if (!ascii && parsed.error() == command_errc::unknown)
    return on_error(not_ascii);
  if (parsed.error() == command_errc::unknown) {
    if (looks_like_http(line))
      return say_goodbye("421 4.7.0", "This is not a web server");
    return on_error(parsed.error().message());
  }
  recipient_refused
    = recipient_refused || parsed.error() == command_errc::bad_recipient;
  say(parsed.error().message());
}

void receiver::state::obey(command x, bool ascii) {
  // A chunk follows BDAT whatever stands in its line.
  if (!ascii && x.what != verb::mail && x.what != verb::rcpt
      && x.what != verb::bdat)
    return on_error(not_ascii);
  switch (x.what) {
    case verb::helo:
    case verb::ehlo:
    case verb::lhlo:
      return on_hello(x);
    case verb::mail:
      return on_mail(x, ascii);
    case verb::rcpt:
      return on_rcpt(x, ascii);
    case verb::data:
      return on_data();
    case verb::bdat:
      return on_bdat(x);
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
    case verb::expn:
      return on_expn(x);
    case verb::help:
      say("214-2.0.0 EHLO HELO LHLO MAIL RCPT DATA BDAT RSET NOOP QUIT VRFY");
      say("214-2.0.0 EXPN HELP STARTTLS AUTH");
      return say("214 2.0.0 See RFC 5321");
    case verb::starttls:
      return on_starttls();
    case verb::auth:
      return on_auth(x);
    case verb::xclient:
      return on_xclient(x);
  }
}

void receiver::state::on_hello(const command& x) {
  if (settings->lmtp != (x.what == verb::lhlo))
    return say(settings->lmtp ? "500 5.5.1 This is LMTP: say LHLO"
                              : "500 5.5.1 This is SMTP: say EHLO");
  end_transaction();
  helo = x.argument;
  extended = x.what != verb::helo;
  replies += extended ? "250-" : "250 ";
  replies += settings->hostname;
  replies += " greets ";
  say(helo);
  if (extended)
    announce();
}

void receiver::state::announce() {
  const auto& offers_ = settings->offers;
  const auto offer = [this](bool is, std::string_view line) {
    if (is)
      say(line);
  };
  offer(offers_.pipelining, "250-PIPELINING");
  if (offers_.size)
    say("250-SIZE " + std::to_string(settings->message_size));
  offer(offers_.eight_bit_mime, "250-8BITMIME");
  offer(offers_.chunking, "250-CHUNKING");
  offer(offers_.chunking && offers_.eight_bit_mime && offers_.binary_mime,
        "250-BINARYMIME");
  offer(offers_.smtputf8, "250-SMTPUTF8");
  offer(offers_.dsn, "250-DSN");
  if (offers_auth()) {
    std::string line = "250-AUTH";
    for (const auto how_ : settings->mechanisms)
      if (offers(how_)) {
        line += ' ';
        line += sasl::to_string(how_);
      }
    say(line);
  }
  offer(offers_.starttls && !secure, "250-STARTTLS");
  offer(offers_.require_tls && secure, "250-REQUIRETLS");
  if (offers_.limits)
    say((settings->messages != 0
           ? "250-LIMITS MAILMAX=" + std::to_string(settings->messages) + ' '
           : std::string{"250-LIMITS "})
        + "RCPTMAX=" + std::to_string(settings->recipients));
  if (trusted && offers_.xclient)
    say("250-XCLIENT " + std::string{xclient_attributes});
  offer(may_choose_egress(), "250-XEGRESS");
  offer(offers_.enhanced_status_codes, "250-ENHANCEDSTATUSCODES");
  say("250 HELP");
}

bool receiver::state::may_choose_egress() const noexcept {
  const auto& users = settings->egress_users;
  return settings->offers.xegress
         && (settings->egress_for_all
             || (!user.empty()
                 && std::find(users.begin(), users.end(), user)
                      != users.end()));
}

void receiver::state::on_mail(const command& x, bool ascii) {
  if (helo.empty())
    return say(settings->lmtp ? "503 5.5.1 Say LHLO first"
                              : "503 5.5.1 Say EHLO or HELO first");
  if (in_mail)
    return say("503 5.5.1 A transaction is open already");
  if (settings->tls_required && !secure)
    return say("530 5.7.0 Must issue a STARTTLS command first");
  if (settings->auth_required && user.empty())
    return say(settings->offers.starttls && !secure && !offers_auth()
                 ? "530 5.7.0 Must issue a STARTTLS command first, then AUTH"
                 : "530 5.7.0 Authentication required");
  transaction fresh;
  auto offered = settings->offers;
  offered.auth = offers_auth() || !user.empty();
  offered.xegress = may_choose_egress();
  if (const auto error = read_mail_parameters(x.parameters, offered, fresh))
    return say(error.message());
  if (!ascii && !fresh.smtputf8)
    return say("550 5.6.7 An address that is not ASCII wants SMTPUTF8");
  if (fresh.require_tls && !secure)
    return say("530 5.7.10 REQUIRETLS needs TLS");
  if (settings->message_size != 0
      && fresh.declared_size > settings->message_size)
    return say("552 5.3.4 Message larger than the limit");
  if (settings->messages != 0 && messages >= settings->messages)
    return say_goodbye("421 4.7.0", "Enough messages for one connection");
  if (!fresh.egress && may_choose_egress() && asks_for_egress(helo)) {
    auto way = read_egress_of(helo);
    if (!way)
      return say("501 5.5.4 The way that EHLO asks for is malformed");
    fresh.egress = std::make_shared<const egress_way>(std::move(*way));
  }
  fresh.sender = x.path.text();
  now = std::move(fresh);
  open = wish::verify_sender;
}

void receiver::state::on_rcpt(const command& x, bool ascii) {
  if (!in_mail)
    return say("503 5.5.1 MAIL comes first");
  if (intake)
    return say("503 5.5.1 The message has begun already");
  recipient_refused = true; // until it is verified
  transaction::recipient fresh;
  if (const auto error
      = read_rcpt_parameters(x.parameters, settings->offers, fresh))
    return say(error.message());
  if (!ascii && !now.smtputf8)
    return say("553 5.6.7 An address that is not ASCII wants SMTPUTF8");
  if (now.recipients.size() + repeated >= settings->recipients
      || (settings->recipients_in_all != 0
          && recipients_in_all >= settings->recipients_in_all))
    return say("452 4.5.3 Too many recipients; send to the others later");
  fresh.address = x.path.text();
  // Who keeps this host has an address here (RFC 5321, 4.5.1).
  if (iequals(fresh.address, "postmaster"))
    fresh.address += '@' + settings->hostname;
  recipient = std::move(fresh);
  open = wish::verify_recipient;
}

void receiver::state::on_starttls() {
  if (secure)
    return say("503 5.5.1 TLS is up already");
  if (!settings->offers.starttls)
    return say(unimplemented());
  if (helo.empty() || in_mail)
    return say(helo.empty() ? "503 5.5.1 Say EHLO first"
                            : "503 5.5.1 A transaction is open");
  say("220 2.0.0 Ready to start TLS");
  open = wish::start_tls;
}

void receiver::state::on_expn(const command& x) {
  if (!settings->expn || user.empty())
    return say(unimplemented());
  subject = x.argument;
  open = wish::expand;
}

void receiver::state::on_xclient(const command& x) {
  if (!trusted || !settings->offers.xclient)
    return say("550 5.7.1 Who you are is known by your address");
  if (in_mail)
    return say("503 5.5.1 A transaction is open");
  auto read = read_xclient(x.argument);
  if (!read)
    return say("501 5.5.4 Syntax error in the argument");
  claimed = std::make_unique<smtp::xclient>(std::move(*read));
  open = wish::adopt_client;
}

} // namespace stagepost::smtp
