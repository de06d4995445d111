#include "mail/outlet/waiting_line.hpp"

#include <boost/test/unit_test.hpp>

using namespace std::chrono_literals;
using line = stagepost::outlet::waiting_line;

namespace {

constexpr line::time_point at(int seconds) {
  return line::time_point{std::chrono::seconds{seconds}};
}

} // namespace

BOOST_AUTO_TEST_SUITE(waiting_line)

BOOST_AUTO_TEST_CASE(who_came_first_is_next) {
  line x;
  x.join(1, at(30));
  x.join(2, at(10));
  x.join(3, at(20));
  BOOST_TEST(x.size() == 3U);
  for (const std::uint64_t i : {1U, 2U, 3U})
    BOOST_TEST(x.next().value() == i);
  BOOST_TEST(!x.next().has_value());
  BOOST_TEST(!x.earliest().has_value());
}

BOOST_AUTO_TEST_CASE(nobody_waits_past_his_deadline) {
  line x;
  x.join(1, at(30));
  x.join(2, at(10));
  x.join(3, at(10));
  BOOST_TEST((x.earliest() == at(10)));
  BOOST_TEST(x.expired(at(9)).empty());
  const std::vector<std::uint64_t> late{2, 3};
  BOOST_TEST((x.expired(at(10)) == late));
  BOOST_TEST((x.earliest() == at(30)));
  BOOST_TEST(x.next().value() == 1U);
  BOOST_TEST(x.expired(at(99)).empty());
}

BOOST_AUTO_TEST_SUITE_END()
