#include "actor_fixture.hpp"
#include "actors/auth/hasher.hpp"
#include "mail/sasl/password.hpp"
#include "mail/sasl/scram.hpp"

using namespace stagepost;

namespace {

const std::string salt(sasl::salt_octets, 's');

struct fixture : test::actor_fixture {
  node here{config::configuration{}};
  hasher_actor who
    = system.spawn(hasher, &here, std::size_t{1}, std::string{"auth/hasher-2"});

  fixture() {
    settle();
  }
  ~fixture() {
    stop(std::exchange(who, nullptr));
  }

  bool check(const std::string& hash, const std::string& password) {
    return ask<bool>(here.hashers[1].get(), password_atom_v, hash, password);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(hasher, fixture)

BOOST_AUTO_TEST_CASE(a_hash_is_of_one_password) {
  const auto hash = sasl::hash_password("secret", salt, sasl::least_cost);
  BOOST_TEST(check(*hash, "secret"));
  BOOST_TEST(!check(*hash, "Secret"));
  BOOST_TEST(!check(*hash, ""));
}

BOOST_AUTO_TEST_CASE(a_verifier_will_do) {
  const auto x = sasl::make_scram_verifier("secret", salt, 4096);
  BOOST_TEST(check(to_string(*x), "secret"));
  BOOST_TEST(!check(to_string(*x), "Secret"));
}

BOOST_AUTO_TEST_CASE(nobody_has_a_password) {
  for (const auto* hash : {"", "secret", "$argon2id$", "SCRAM-SHA-256$"})
    BOOST_TEST(!check(hash, "secret"));
  BOOST_TEST(!check("", ""));
}

BOOST_AUTO_TEST_CASE(it_is_found_where_it_was_put) {
  BOOST_TEST(!here.hashers[0].get());
  BOOST_TEST((here.hashers[1].get() == who));
}

BOOST_AUTO_TEST_SUITE_END()
