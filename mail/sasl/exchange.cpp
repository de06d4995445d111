#include "mail/sasl/exchange.hpp"

#include "mail/sasl/base64.hpp"
#include "mail/sasl/login.hpp"
#include "mail/sasl/plain.hpp"
#include "mail/sasl/scram_conversation.hpp"

#include <utility>

namespace stagepost::sasl {

namespace {

std::unique_ptr<conversation> made(mechanism how, circumstances where) {
  switch (how) {
    case mechanism::plain:
      return std::make_unique<plain_conversation>();
    case mechanism::login:
      return std::make_unique<login_conversation>();
    case mechanism::scram_sha_256:
    case mechanism::scram_sha_256_plus:
      break;
  }
  return std::make_unique<scram_conversation>(
    how == mechanism::scram_sha_256_plus, std::move(where));
}

} // namespace

exchange::exchange(mechanism how, circumstances where)
  : how_{how}, conversation_{made(how, std::move(where))} {
  challenge_ = encode_base64(conversation_->prompt());
}

exchange::~exchange() = default;
exchange::exchange(exchange&&) noexcept = default;
exchange& exchange::operator=(exchange&&) noexcept = default;

exchange::state
exchange::begin(std::optional<std::string_view> initial_response) {
  if (now_ != state::challenge || !initial_response)
    return now_;
  if (initial_response->empty()) // "=" is how to say it
    return enter(state::malformed);
  return take(*initial_response == "=" ? "" : *initial_response);
}

exchange::state exchange::respond(std::string_view line) {
  if (now_ != state::challenge)
    return now_;
  return line == "*" ? enter(state::cancelled) : take(line);
}

exchange::state exchange::verifier(const scram_verifier& x) {
  return now_ == state::find_verifier ? enter(conversation_->take(x)) : now_;
}

exchange::state exchange::take(std::string_view base64) {
  auto octets = decode_base64(base64);
  if (!octets)
    return enter(state::malformed);
  const secret message{std::move(*octets)};
  return enter(conversation_->take(message.text()));
}

exchange::state exchange::enter(state next) {
  challenge_ = next == state::challenge
                 ? encode_base64(conversation_->challenge())
                 : std::string{};
  return now_ = next;
}

exchange::state exchange::now() const noexcept {
  return now_;
}

const std::string& exchange::challenge() const noexcept {
  return challenge_;
}

const std::string& exchange::user() const noexcept {
  return conversation_->user();
}

const std::string& exchange::password() const noexcept {
  return conversation_->password();
}

} // namespace stagepost::sasl
