#include "mail/sasl/password.hpp"

#include "mail/sasl/digest.hpp"
#include "mail/sasl/password_hash.hpp"
#include "mail/sasl/prepared_password.hpp"

#include <argon2.h>
#include <new>

namespace stagepost::sasl {

namespace {

constexpr std::size_t hash_octets = 32;

std::uint8_t* octets_of(std::string& x) {
  return reinterpret_cast<std::uint8_t*>(x.data());
}

std::uint32_t length_of(const std::string& x) {
  return static_cast<std::uint32_t>(x.size());
}

std::string argon2id(const secret& password, std::string salt,
                     const password_cost& cost, std::size_t length) {
  std::string out(length, '\0');
  std::string text = password.text(); // the library wants to write to it
  argon2_context context{};
  context.out = octets_of(out);
  context.outlen = length_of(out);
  context.pwd = octets_of(text);
  context.pwdlen = length_of(text);
  context.salt = octets_of(salt);
  context.saltlen = length_of(salt);
  context.t_cost = cost.passes;
  context.m_cost = cost.memory;
  context.lanes = cost.lanes;
  context.threads = 1;
  context.version = ARGON2_VERSION_13;
  const auto outcome = argon2_ctx(&context, Argon2_id);
  wipe(text);
  // All else that it may refuse was checked before.
  if (outcome != ARGON2_OK)
    throw std::bad_alloc{};
  return out;
}

bool may_be_made(const password_cost& x) {
  return x.memory >= least_cost.memory && x.memory <= most_cost.memory
         && x.passes >= least_cost.passes && x.passes <= most_cost.passes
         && x.lanes >= least_cost.lanes && x.lanes <= most_cost.lanes;
}

} // namespace

result<std::string> hash_password(std::string_view password,
                                  std::string_view salt,
                                  const password_cost& cost) {
  if (salt.size() != salt_octets || !may_be_made(cost))
    return format_errc::out_of_range;
  const auto text = prepare_password(password);
  if (!text)
    return text.error();
  password_hash out{cost, std::string{salt}, {}};
  out.hash = argon2id(*text, out.salt, cost, hash_octets);
  return to_string(out);
}

bool check_password(std::string_view hash, std::string_view password) {
  const auto wanted = parse_password_hash(hash);
  const auto text = prepare_password(password);
  if (!wanted || !text)
    return false;
  return equal_in_constant_time(
    argon2id(*text, wanted->salt, wanted->cost, wanted->hash.size()),
    wanted->hash);
}

bool is_password_hash(std::string_view text) {
  return parse_password_hash(text).has_value();
}

bool needs_rehash(std::string_view hash, const password_cost& wanted) {
  const auto x = parse_password_hash(hash);
  return !x || x->cost.memory < wanted.memory || x->cost.passes < wanted.passes
         || x->salt.size() < salt_octets || x->hash.size() < hash_octets;
}

std::string dummy_hash(const password_cost& cost) {
  return to_string(password_hash{cost, std::string(salt_octets, '\0'),
                                 std::string(hash_octets, '\0')});
}

} // namespace stagepost::sasl
