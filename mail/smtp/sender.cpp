// What the owner of a sender calls; the machine is in sender_state.cpp.

#include "mail/smtp/sender_state.hpp"

#include <utility>

namespace stagepost::smtp {

namespace {

using phase = sender_phase;

} // namespace

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
      return state_->work.wants_content() ? wish::send_content : wish::none;
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

sender::framing sender::content_way() const noexcept {
  return state_->work.way();
}

void sender::content_sent() {
  state_->work.content_sent();
  ++state_->steps;
}

void sender::begin_chunk(std::uint64_t octets, bool last) {
  if (wanted() != wish::send_content)
    return;
  state_->work.begin_chunk(octets, last, state_->output);
  ++state_->steps;
}

void sender::proceed() {
  if (state_->now == phase::finished)
    state_->proceed();
}

void sender::tls_started(bool verified) {
  auto& s = *state_;
  if (s.secure && s.now == phase::greeting)
    s.verified = verified; // TLS from the first octet
  if (s.now != phase::handshake)
    return;
  s.secure = true;
  s.verified = verified;
  s.server = {}; // RFC 3207, 4.2
  s.ask(phase::ehlo, "EHLO " + s.hostname);
}

void sender::tls_failed(const std::string& reason) {
  if (state_->now == phase::handshake)
    state_->end(by_us({454, {4, 7, 5}, "TLS handshake failed: " + reason}));
}

void sender::lost(const reply& reason, bool all_left) {
  state_->end(reason, all_left);
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

sender::awaited sender::awaits() const noexcept {
  switch (state_->now) {
    case phase::greeting:
      return awaited::greeting;
    case phase::transaction:
      return state_->work.awaits();
    case phase::ready:
    case phase::finished:
    case phase::over:
      return awaited::nothing;
    default:
      return awaited::command;
  }
}

std::uint64_t sender::steps() const noexcept {
  return state_->steps;
}

bool sender::secure() const noexcept {
  return state_->secure;
}

const capabilities& sender::server() const noexcept {
  return state_->server;
}

} // namespace stagepost::smtp
