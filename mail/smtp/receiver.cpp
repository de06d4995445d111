#include "mail/smtp/receiver.hpp"

#include "mail/smtp/dialogue.hpp"

#include <utility>

namespace stagepost::smtp {

receiver::receiver(std::shared_ptr<const receiver_settings> settings)
  : state_(std::make_unique<state>(std::move(settings))) {
}

receiver::~receiver() = default;
receiver::receiver(receiver&&) noexcept = default;
receiver& receiver::operator=(receiver&&) noexcept = default;

void receiver::greet() {
  const auto& s = *state_->settings;
  state_->replies += "220 " + s.hostname + ' ' + s.banner + "\r\n";
}

void receiver::refuse(const reply& refusal) {
  append_wire(state_->replies, refusal);
  state_->hang_up();
}

std::size_t receiver::feed(std::string_view octets) {
  auto& s = *state_;
  auto rest = octets;
  while (!rest.empty() && s.open == wish::none) {
    if (s.in_content())
      s.take_content(rest);
    else
      s.take_line(rest);
  }
  // What a man in the middle put behind STARTTLS, or anybody behind a goodbye,
  // is not there.
  if (s.open == wish::start_tls || s.open == wish::hang_up)
    rest = {};
  return octets.size() - rest.size();
}

receiver::wish receiver::wanted() const noexcept {
  return state_->open;
}

std::string receiver::take_replies() {
  return std::exchange(state_->replies, {});
}

const std::string& receiver::recipient() const noexcept {
  return state_->recipient;
}

void receiver::verified(const reply& verdict) {
  auto& s = *state_;
  if (s.open != wish::verify_recipient)
    return;
  s.open = wish::none;
  if (verdict.positive())
    s.now.recipients.push_back(std::move(s.recipient));
  s.recipient = {};
  s.say(verdict);
}

void receiver::content_begins(std::string trace) {
  auto& s = *state_;
  if (s.open != wish::begin_content)
    return;
  s.open = wish::none;
  s.intake.emplace(
    content_intake::limits{s.settings->message_size,
                           s.settings->bare_newline
                             == receiver_settings::newline_rule::normalize},
    std::move(trace));
  s.say("354 End data with <CR><LF>.<CR><LF>");
}

void receiver::content_refused(const reply& why) {
  auto& s = *state_;
  if (s.open != wish::begin_content)
    return;
  s.open = wish::none;
  if (s.more_follows && why.code != 421)
    return s.refuse_data({});
  s.say(why);
}

std::string receiver::take_content() {
  return state_->intake ? state_->intake->fetch() : std::string{};
}

std::size_t receiver::content_waiting() const noexcept {
  return state_->intake ? state_->intake->waiting() : 0;
}

void receiver::stored(const reply& outcome) {
  auto& s = *state_;
  if (s.open != wish::store)
    return;
  s.open = wish::none;
  s.end_transaction();
  s.say(outcome);
  s.close_if_asked();
}

void receiver::tls_started() {
  auto& s = *state_;
  if (s.open != wish::start_tls)
    return;
  s.open = wish::none;
  s.end_transaction();
  s.helo = {};
  s.extended = false;
  s.secure = true;
  s.close_if_asked();
}

const transaction& receiver::current() const noexcept {
  return state_->now;
}

const std::string& receiver::helo() const noexcept {
  return state_->helo;
}

bool receiver::extended() const noexcept {
  return state_->extended;
}

bool receiver::secure() const noexcept {
  return state_->secure;
}

bool receiver::in_content() const noexcept {
  return state_->in_content();
}

std::uint64_t receiver::commands() const noexcept {
  return state_->commands;
}

void receiver::close(const reply& why) {
  auto& s = *state_;
  s.closing = std::make_unique<reply>(why);
  if (!s.intake && s.open != wish::start_tls)
    s.close_if_asked();
}

} // namespace stagepost::smtp
