#include "mail/sasl/scram_conversation.hpp"

#include "mail/sasl/base64.hpp"
#include "mail/sasl/digest.hpp"

#include <utility>

namespace stagepost::sasl {

namespace {

/// True if the key whose mask the proof is hashes to the stored one.
bool is_proof(std::string proof, std::string_view stored_key,
              std::string_view auth_message) {
  const secret signature{hmac_sha256(stored_key, auth_message)};
  for (std::size_t i = 0; i < proof.size(); ++i)
    proof[i] = static_cast<char>(proof[i] ^ signature.text()[i]);
  const secret client_key{std::move(proof)};
  return equal_in_constant_time(sha256(client_key.text()), stored_key);
}

} // namespace

scram_conversation::scram_conversation(bool plus, circumstances where)
  : plus_{plus}, where_{std::move(where)} {
}

state scram_conversation::take(std::string_view message) {
  switch (due_) {
    case message_due::first:
      return take_first(message);
    case message_due::final:
      return take_final(message);
    case message_due::none:
      break;
  }
  // The client saw our signature and has nothing to say: RFC 4954, 4.
  return message.empty() ? state::proved : state::malformed;
}

/// Whether the client's wish fits the mechanism and what was offered (RFC 5802,
/// 6). `bound_` becomes the data of the binding.
bool scram_conversation::may_bind(const scram_client_first& x) {
  if (x.flag != 'p')
    // With 'y' somebody between us took -PLUS out of our list.
    return !plus_ && (x.flag == 'n' || !where_.plus_offered);
  if (x.binding == "tls-exporter")
    bound_ = where_.tls_exporter;
  else if (x.binding == "tls-server-end-point")
    bound_ = where_.tls_server_end_point;
  return plus_ && !bound_.empty();
}

state scram_conversation::take_first(std::string_view message) {
  const auto x = parse_client_first(message);
  if (!x)
    return state::malformed;
  if (x->extended)
    return state::failed;
  if (!read_user(x->user))
    return state::malformed;
  if (where_.nonce.empty() || !may_bind(*x))
    return state::failed;
  bound_.insert(0, x->gs2_header);
  nonce_ = std::string{x->nonce} + where_.nonce;
  so_far_ = x->bare;
  return acting_as(x->authzid, state::find_verifier);
}

state scram_conversation::take(const scram_verifier& x) {
  challenge("r=" + nonce_ + ",s=" + encode_base64(x.salt)
            + ",i=" + std::to_string(x.iterations));
  so_far_ += ',' + challenge() + ',';
  stored_key_ = secret{x.stored_key};
  server_key_ = secret{x.server_key};
  due_ = message_due::final;
  return state::challenge;
}

state scram_conversation::take_final(std::string_view message) {
  auto x = parse_client_final(message);
  if (!x)
    return state::malformed;
  so_far_ += x->without_proof;
  if (x->nonce != nonce_ || x->binding != bound_
      || !is_proof(std::move(x->proof), stored_key_.text(), so_far_))
    return state::failed;
  challenge("v=" + encode_base64(hmac_sha256(server_key_.text(), so_far_)));
  due_ = message_due::none;
  return state::challenge;
}

} // namespace stagepost::sasl
