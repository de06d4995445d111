#include "mail/sasl/client.hpp"

#include "mail/sasl/base64.hpp"
#include "mail/sasl/digest.hpp"
#include "mail/sasl/saslprep.hpp"
#include "mail/sasl/scram.hpp"
#include "mail/sasl/scram_message.hpp"

#include <utility>

namespace stagepost::sasl {

namespace {

constexpr std::string_view header = "n,,"; // no channel binding
constexpr std::string_view out_of_turn = "it goes on asking";

/// saslname (RFC 5802, 5.1).
std::string escaped(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c == ',')
      out += "=2C";
    else if (c == '=')
      out += "=3D";
    else
      out += c;
  return out;
}

/// As it is compared; what can't be prepared goes as it is, and is for the
/// server to refuse.
std::string prepared(const secret& x) {
  auto out = saslprep(x.text());
  return out ? std::move(*out) : x.text();
}

} // namespace

client::client(mechanism how, std::string_view user, std::string_view password,
               std::string nonce)
  : how_(how), user_(user), password_(password), nonce_(std::move(nonce)) {
}

std::optional<std::string> client::initial() {
  switch (how_) {
    case mechanism::plain:
      return '\0' + user_.text() + '\0' + password_.text();
    case mechanism::scram_sha_256:
      bare_ = "n=" + escaped(prepared(user_)) + ",r=" + nonce_;
      return std::string{header} + bare_;
    default:
      return std::nullopt;
  }
}

std::optional<std::string> client::broken_off(std::string_view why) {
  why_ = why;
  return std::nullopt;
}

std::optional<std::string> client::answer(std::string_view challenge) {
  const auto turn = turn_++;
  if (how_ == mechanism::login && turn < 2) // whatever it calls them
    return turn == 0 ? user_.text() : password_.text();
  if (how_ == mechanism::scram_sha_256 && turn == 0)
    return prove(challenge);
  if (how_ == mechanism::scram_sha_256 && turn == 1)
    return check(challenge);
  return broken_off(out_of_turn);
}

std::optional<std::string> client::prove(std::string_view server_first) {
  const auto x = parse_server_first(server_first);
  if (!x || x->nonce.size() <= nonce_.size() || !x->nonce.starts_with(nonce_))
    return broken_off("its challenge is none of SCRAM-SHA-256");
  if (x->iterations < least_iterations || x->iterations > most_iterations)
    return broken_off("its count of iterations is out of range");
  const secret password{prepared(password_)};
  const secret salted{pbkdf2_sha256(password.text(), x->salt, x->iterations)};
  const secret key{hmac_sha256(salted.text(), "Client Key")};
  const auto without_proof
    = "c=" + encode_base64(header) + ",r=" + std::string{x->nonce};
  const auto signed_text
    = bare_ + ',' + std::string{server_first} + ',' + without_proof;
  auto proof = hmac_sha256(sha256(key.text()), signed_text);
  for (std::size_t i = 0; i < proof.size(); ++i)
    proof[i] = static_cast<char>(proof[i] ^ key.text()[i]);
  const secret server_key{hmac_sha256(salted.text(), "Server Key")};
  expected_ = "v=" + encode_base64(hmac_sha256(server_key.text(), signed_text));
  return without_proof + ",p=" + encode_base64(proof);
}

std::optional<std::string> client::check(std::string_view server_final) {
  // Optional extensions may follow (RFC 5802, 7).
  const auto said = server_final.substr(0, server_final.find(','));
  proved_ = equal_in_constant_time(said, expected_);
  if (!proved_)
    return broken_off("it does not know the password");
  return std::string{};
}

bool client::satisfied() const noexcept {
  return how_ != mechanism::scram_sha_256 || proved_;
}

} // namespace stagepost::sasl
