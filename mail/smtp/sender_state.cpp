#include "mail/smtp/sender_state.hpp"

#include "mail/smtp/breach.hpp"

namespace stagepost::smtp {

namespace {

constexpr std::size_t why_kept = 2048; // octets of its text

using phase = sender_phase;

} // namespace

void sender::state::feed(std::string_view octets) {
  while (!octets.empty() && now != phase::over) {
    // What is injected before the handshake must not be read after it
    // (RFC 3207, 6), nor taken for the answer to what was not asked yet.
    if (now == phase::handshake || !output.empty())
      return end(breach("it spoke before it was asked"));
    switch (parser.feed(octets)) {
      case reply_parser::status::more:
        return;
      case reply_parser::status::failed:
        return end(breach(parser.why() == format_errc::too_long
                            ? "its reply has no end"
                            : "it said " + parser.offending()));
      case reply_parser::status::whole:
        on_reply(parser.take());
    }
  }
}

void sender::state::on_reply(const reply& x) {
  ++steps;
  if (x.code == 421)
    return end(x, false);
  switch (now) {
    case phase::greeting:
      return on_greeting(x);
    case phase::ehlo:
    case phase::helo:
      return on_hello(x);
    case phase::starttls:
      return on_starttls(x);
    case phase::login:
      return on_login(x);
    case phase::transaction:
      return on_transaction(x);
    case phase::reset:
      return on_reset(x);
    case phase::quitting:
      return end({});
    case phase::handshake:
    case phase::ready:
    case phase::finished:
    case phase::over:
      return end(breach("nothing", x));
  }
}

void sender::state::ask(phase next, std::string_view command) {
  now = next;
  ++steps;
  output += command;
  output += "\r\n";
}

void sender::state::on_greeting(const reply& x) {
  if (x.code == 220)
    return ask(phase::ehlo, "EHLO " + hostname);
  end(refused(x) ? x : breach("220", x));
}

void sender::state::on_hello(const reply& x) {
  if (now == phase::ehlo && x.permanent())
    return ask(phase::helo, "HELO " + hostname);
  if (!x.positive())
    return end(refused(x) ? x : breach("250", x));
  if (now == phase::ehlo)
    server = parse_capabilities(x.text);
  if (!secure && tls != tls_policy::none && server.starttls)
    return ask(phase::starttls, "STARTTLS");
  introduced();
}

void sender::state::introduced() {
  if (!secure && tls == tls_policy::required)
    return end(by_us(
      {454, {4, 7, 4}, "TLS is required, and the server does not offer it"}));
  if (!who) {
    now = phase::ready;
    return;
  }
  now = phase::login;
  login.emplace(*std::move(who), server, secure);
  login->start(output);
  logged_in();
}

void sender::state::on_login(const reply& x) {
  login->take(x, output);
  logged_in();
}

// Passwords are not kept for longer than they are needed.
void sender::state::logged_in() {
  if (login->now() == relay_login::stage::under_way)
    return;
  const auto reason = login->why();
  const bool in = login->now() == relay_login::stage::done;
  login.reset();
  who.reset();
  if (!in)
    return end(reason);
  now = phase::ready;
}

void sender::state::on_starttls(const reply& x) {
  if (x.positive()) {
    now = phase::handshake;
  } else if (!refused(x)) {
    end(breach("220", x));
  } else if (tls == tls_policy::required) {
    end(by_us({454,
               {4, 7, 4},
               "TLS is required, and the server refused it: " + to_string(x)}));
  } else {
    introduced();
  }
}

void sender::state::begin(envelope x) {
  const bool usable = now == phase::ready && !parser.amid();
  std::string commands;
  work = outgoing_transaction(std::move(x), server, verified, commands);
  now = phase::transaction;
  ++steps;
  if (!usable) // it broke off, or spoke unasked, before the owner looked
    return end(why.code != 0 ? why : breach("it spoke unasked"));
  output += commands;
  if (work.now() == outgoing_transaction::stage::over)
    now = phase::finished;
}

void sender::state::on_transaction(const reply& x) {
  if (const auto breakdown = work.take(x, output))
    end(*breakdown, *breakdown != x); // the server's own word leaves no doubt
  else if (work.now() == outgoing_transaction::stage::over)
    now = phase::finished;
}

void sender::state::proceed() {
  const bool usable = work.outcome().usable;
  const bool needs_reset = work.needs_reset();
  work = {};
  if (!usable)
    now = phase::over;
  else if (needs_reset)
    ask(phase::reset, "RSET");
  else
    now = phase::ready;
}

void sender::state::on_reset(const reply& x) {
  if (!x.positive())
    return end(refused(x) ? x : breach("250", x));
  now = phase::ready;
}

// What is open ends with this reply, then the dialogue does.
void sender::state::end(const reply& reason, bool in_doubt) {
  if (now == phase::over)
    return;
  output.clear();
  if (now != phase::quitting)
    why = {reason.code, reason.enhanced, reason.text.substr(0, why_kept),
           reason.ours};
  const bool open = now == phase::transaction || now == phase::finished;
  if (open)
    work.abandon(reason, in_doubt);
  now = open ? phase::finished : phase::over;
}

} // namespace stagepost::smtp
