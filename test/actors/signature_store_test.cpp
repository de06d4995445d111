#include "actors/queue/signature_store.hpp"
#include "mail/dkim/message_signer.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

signature_store::signing_ptr signing(const std::string& fields) {
  dkim::signing x;
  x.fields = fields;
  return std::make_shared<const dkim::signing>(x);
}

} // namespace

BOOST_AUTO_TEST_SUITE(signature_store)

BOOST_AUTO_TEST_CASE(what_is_signed_by_the_same_keys_is_known) {
  stagepost::signature_store store;
  const auto keys = std::make_shared<const dkim::key_table>();
  const auto others = std::make_shared<const dkim::key_table>();
  BOOST_TEST(!store.find(queue::id{1}, {keys}));
  store.add(queue::id{1}, {keys}, signing("a"));
  BOOST_TEST(store.find(queue::id{1}, {keys})->fields == "a");
  BOOST_TEST(!store.find(queue::id{1}, {others}));
  BOOST_TEST(!store.find(queue::id{1}, {keys, true}));
  BOOST_TEST(!store.find(queue::id{2}, {keys}));
  store.add(queue::id{1}, {others}, signing("b"));
  BOOST_TEST(store.find(queue::id{1}, {others})->fields == "b");
  BOOST_TEST(!store.find(queue::id{1}, {keys}));
}

BOOST_AUTO_TEST_CASE(the_oldest_make_room) {
  stagepost::signature_store store(2);
  const auto keys = std::make_shared<const dkim::key_table>();
  for (const std::uint64_t i : {1U, 2U, 1U, 3U})
    store.add(queue::id{i}, {keys}, signing("x"));
  BOOST_TEST(!store.find(queue::id{1}, {keys}));
  BOOST_TEST(!!store.find(queue::id{2}, {keys}));
  BOOST_TEST(!!store.find(queue::id{3}, {keys}));
}

BOOST_AUTO_TEST_SUITE_END()
