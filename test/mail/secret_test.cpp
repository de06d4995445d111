#include "mail/sasl/secret.hpp"

#include <boost/test/unit_test.hpp>

#include <utility>

using octets = stagepost::sasl::secret;

namespace {

/// The octets that a string's memory still has, used or not.
std::string memory_of(std::string& x) {
  x.resize(x.capacity());
  return x;
}

bool holds(std::string memory, std::string_view what) {
  return memory.find(what) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(secret)

BOOST_AUTO_TEST_CASE(nothing_stays_where_it_was_taken_from) {
  for (const std::string password : {"short", "longer than any small string"}) {
    auto from = password;
    octets x{std::move(from)};
    BOOST_TEST(x.text() == password);
    BOOST_TEST(!holds(memory_of(from), password));
    octets y{std::move(x)};
    BOOST_TEST(y.text() == password);
    BOOST_TEST(x.text().empty());
    x = std::move(y);
    BOOST_TEST(x.text() == password);
    BOOST_TEST(y.text().empty());
  }
}

BOOST_AUTO_TEST_CASE(what_is_wiped_is_gone_from_the_whole_memory) {
  std::string x = "a password that was longer once";
  x.resize(3);
  stagepost::sasl::wipe(x);
  BOOST_TEST(x.empty());
  BOOST_TEST(memory_of(x).find_first_not_of('\0') == std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
