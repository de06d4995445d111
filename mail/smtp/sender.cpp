#include "mail/smtp/sender.hpp"

#include "mail/smtp/breach.hpp"
#include "mail/smtp/outgoing_transaction.hpp"
#include "mail/smtp/reply_parser.hpp"

#include <utility>

namespace stagepost::smtp {

namespace {

constexpr std::size_t why_kept = 2048; // octets of its text

enum class phase {
  greeting,
  ehlo,
  helo,
  starttls,
  handshake,
  ready,
  transaction,
  finished, // its outcome has not been read yet
  reset,
  quitting,
  over,
};

} // namespace

struct sender::state {
  explicit state(settings s)
    : hostname(std::move(s.hostname)), tls(s.tls), secure(s.already_secure) {
  }

  std::string hostname;
  tls_policy tls;
  bool secure;
  bool verified = false;
  phase now = phase::greeting;
  capabilities server;
  reply_parser parser;
  std::string output;
  reply why;
  outgoing_transaction work;

  void feed(std::string_view octets);
  void on_reply(const reply& x);
  void on_greeting(const reply& x);
  void on_hello(const reply& x);
  void on_starttls(const reply& x);
  void introduced();
  void begin(envelope x);
  void on_transaction(const reply& x);
  void on_reset(const reply& x);
  void proceed();
  void ask(phase next, std::string_view command);
  void end(const reply& reason);
};

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
  if (x.code == 421)
    return end(x);
  switch (now) {
    case phase::greeting:
      return on_greeting(x);
    case phase::ehlo:
    case phase::helo:
      return on_hello(x);
    case phase::starttls:
      return on_starttls(x);
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
    return end(
      {454, {4, 7, 4}, "TLS is required, and the server does not offer it"});
  now = phase::ready;
}

void sender::state::on_starttls(const reply& x) {
  if (x.positive()) {
    now = phase::handshake;
  } else if (!refused(x)) {
    end(breach("220", x));
  } else if (tls == tls_policy::required) {
    end({454,
         {4, 7, 4},
         "TLS is required, and the server refused it: " + to_string(x)});
  } else {
    introduced();
  }
}

void sender::state::begin(envelope x) {
  const bool usable = now == phase::ready && !parser.amid();
  std::string commands;
  work = outgoing_transaction(std::move(x), server, verified, commands);
  now = phase::transaction;
  if (!usable) // it broke off, or spoke unasked, before the owner looked
    return end(why.code != 0 ? why : breach("it spoke unasked"));
  output += commands;
  if (work.now() == outgoing_transaction::stage::over)
    now = phase::finished;
}

void sender::state::on_transaction(const reply& x) {
  if (const auto breakdown = work.take(x, output))
    end(*breakdown);
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
void sender::state::end(const reply& reason) {
  if (now == phase::over)
    return;
  output.clear();
  if (now != phase::quitting)
    why = {reason.code, reason.enhanced, reason.text.substr(0, why_kept)};
  const bool open = now == phase::transaction || now == phase::finished;
  if (open)
    work.abandon(reason);
  now = open ? phase::finished : phase::over;
}

sender::sender(settings s) : state_(std::make_unique<state>(std::move(s))) {
}
sender::~sender() = default;
sender::sender(sender&&) noexcept = default;
sender& sender::operator=(sender&&) noexcept = default;

void sender::feed(std::string_view octets) {
  state_->feed(octets);
}

sender::wish sender::wanted() const noexcept {
  switch (state_->now) {
    case phase::handshake:
      return wish::start_tls;
    case phase::ready:
      return wish::ready;
    case phase::transaction:
      return state_->work.now() == outgoing_transaction::stage::content
               ? wish::send_content
               : wish::none;
    case phase::finished:
      return wish::finished;
    case phase::over:
      return wish::hang_up;
    default:
      return wish::none;
  }
}

std::string sender::take_output() {
  return std::exchange(state_->output, {});
}

void sender::begin(envelope x) {
  state_->begin(std::move(x));
}

void sender::content_sent() {
  state_->work.content_sent();
}

void sender::proceed() {
  if (state_->now == phase::finished)
    state_->proceed();
}

void sender::tls_started(bool verified) {
  auto& s = *state_;
  if (s.now != phase::handshake)
    return;
  s.secure = true;
  s.verified = verified;
  s.server = {}; // RFC 3207, 4.2
  s.ask(phase::ehlo, "EHLO " + s.hostname);
}

void sender::tls_failed(const std::string& reason) {
  if (state_->now == phase::handshake)
    state_->end({454, {4, 7, 5}, "TLS handshake failed: " + reason});
}

void sender::lost(const reply& reason) {
  state_->end(reason);
}

void sender::quit() {
  if (state_->now == phase::ready)
    state_->ask(phase::quitting, "QUIT");
  else if (state_->now != phase::quitting)
    state_->end({});
}

const sender::result& sender::outcome() const noexcept {
  return state_->work.outcome();
}

const reply& sender::why() const noexcept {
  return state_->why;
}

bool sender::secure() const noexcept {
  return state_->secure;
}

const capabilities& sender::server() const noexcept {
  return state_->server;
}

} // namespace stagepost::smtp
