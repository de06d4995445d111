#include "mail/smtp/receiver.hpp"

#include "mail/smtp/dialogue.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

receiver::receiver(std::shared_ptr<const receiver_settings> settings)
  : state_(std::make_unique<state>(std::move(settings))) {
}

receiver::~receiver() = default;
receiver::receiver(receiver&&) noexcept = default;
receiver& receiver::operator=(receiver&&) noexcept = default;

void receiver::greet() {
  state_->greet();
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

void receiver::trust_xclient() noexcept {
  state_->trusted = true;
}

void receiver::begins_secure(bool proxied) noexcept {
  state_->secure = true;
  state_->proxied = proxied;
}

void receiver::tighten(std::size_t unknown_commands) noexcept {
  state_->patience = std::min(state_->patience, unknown_commands);
}

// -- login and clients --------------------------------------------------------

void receiver::login_begins(sasl::circumstances where) {
  if (state_->answers(wish::begin_login))
    state_->begin_login(std::move(where));
}

const sasl::exchange& receiver::login() const noexcept {
  return *state_->login;
}

void receiver::verifier(const sasl::scram_verifier& x) {
  auto& s = *state_;
  if (s.answers(wish::find_verifier))
    s.go_on(s.login->verifier(x));
}

void receiver::logged_in(std::string user) {
  auto& s = *state_;
  if (!s.answers(wish::judge_login))
    return;
  s.login.reset();
  s.user = std::move(user);
  s.say("235 2.7.0 Authentication successful");
}

void receiver::login_refused(const reply& why) {
  auto& s = *state_;
  if (s.open == wish::begin_login || s.open == wish::find_verifier
      || s.open == wish::judge_login) {
    s.open = wish::none;
    s.end_login(why);
  }
}

const xclient& receiver::claimed() const noexcept {
  return *state_->claimed;
}

void receiver::client_adopted() {
  auto& s = *state_;
  if (!s.answers(wish::adopt_client))
    return;
  const auto x = std::exchange(s.claimed, nullptr);
  s.begin_anew();
  s.helo = x->helo.value_or("");
  s.user = x->login.value_or("");
  s.greet();
}

const std::string& receiver::subject() const noexcept {
  return state_->subject;
}

void receiver::expanded(const reply& x) {
  auto& s = *state_;
  if (!s.answers(wish::expand))
    return;
  s.forget_subject();
  s.say(x);
}

// -- the envelope -------------------------------------------------------------

void receiver::sender_verified(const reply& verdict) {
  auto& s = *state_;
  if (!s.answers(wish::verify_sender))
    return;
  if (verdict.positive()) {
    s.in_mail = true;
    s.recipient_refused = false; // what came before MAIL does not count
    ++s.messages;
  } else {
    s.now = {};
  }
  s.say(verdict);
}

const transaction::recipient& receiver::recipient() const noexcept {
  return state_->recipient;
}

void receiver::verified(const reply& verdict) {
  auto& s = *state_;
  if (!s.answers(wish::verify_recipient))
    return;
  if (verdict.positive()) {
    if (s.is_repeated()) // one copy is enough for it
      ++s.repeated;
    else
      s.now.recipients.push_back(std::move(s.recipient));
    ++s.recipients_in_all;
  }
  s.recipient = {};
  s.say(verdict);
}

// -- the content --------------------------------------------------------------

void receiver::content_begins(std::string trace) {
  if (state_->answers(wish::begin_content))
    state_->begin_intake(std::move(trace));
}

void receiver::content_refused(const reply& why) {
  if (state_->answers(wish::begin_content))
    state_->refuse_intake(why);
}

std::string receiver::take_content() {
  return state_->intake ? state_->intake->fetch() : std::string{};
}

std::size_t receiver::content_waiting() const noexcept {
  return state_->intake ? state_->intake->waiting() : 0;
}

void receiver::stored(const reply& outcome) {
  stored({&outcome, 1});
}

void receiver::stored(std::span<const reply> outcomes) {
  auto& s = *state_;
  if (!s.answers(wish::store))
    return;
  const auto n = s.settings->lmtp ? s.now.recipients.size() : 1;
  s.end_transaction();
  for (std::size_t i = 0; i + 1 < n; ++i)
    append_wire(s.replies, outcomes[std::min(i, outcomes.size() - 1)]);
  s.say(outcomes[std::min(n, outcomes.size()) - 1]);
  s.close_if_asked();
}

void receiver::tls_started() {
  auto& s = *state_;
  if (!s.answers(wish::start_tls))
    return;
  s.begin_anew();
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

const std::string& receiver::user() const noexcept {
  return state_->user;
}

bool receiver::in_content() const noexcept {
  return state_->in_content();
}

bool receiver::in_command() const noexcept {
  return state_->lines.inside();
}

bool receiver::take_malformed_login() noexcept {
  return std::exchange(state_->malformed_login, false);
}

std::uint64_t receiver::content_size() const noexcept {
  return state_->intake ? state_->intake->size() : 0;
}

std::uint64_t receiver::commands() const noexcept {
  return state_->commands;
}

void receiver::close(const reply& why) {
  auto& s = *state_;
  s.closing = std::make_unique<reply>(why);
  // Between chunks a reply may stand; within one it would be overtaken.
  const bool between = !s.in_content() && s.open != wish::store;
  if (between && s.open != wish::start_tls)
    s.close_if_asked();
}

} // namespace stagepost::smtp
