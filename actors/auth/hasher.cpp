#include "actors/auth/hasher.hpp"

#include "mail/sasl/password.hpp"
#include "mail/sasl/scram.hpp"

#include <new>
#include <utility>

namespace stagepost {

namespace {

bool check(const std::string& nobody, const std::string& hash,
           const std::string& password) {
  if (sasl::is_password_hash(hash))
    return sasl::check_password(hash, password);
  // No password has it: what it costs is all that counts.
  (void)sasl::check_password(nobody, password);
  const auto verifier = sasl::parse_scram_verifier(hash);
  return verifier && sasl::check_password(*verifier, password);
}

} // namespace

hasher_actor::behavior_type hasher(pointer<hasher_actor, hasher_state> self,
                                   node* here, std::size_t slot,
                                   std::string path) {
  self->join(here->tree, std::move(path), "hasher");
  self->state.nobody = sasl::dummy_hash();
  here->hashers.at(slot).set(self);
  return {
    [self](password_atom, const std::string& hash,
           const std::string& password) -> caf::result<bool> {
      try {
        return check(self->state.nobody, hash, password);
      } catch (const std::bad_alloc&) {
        return caf::make_error(caf::sec::runtime_error,
                               "no memory to hash a password with");
      }
    },
  };
}

} // namespace stagepost
