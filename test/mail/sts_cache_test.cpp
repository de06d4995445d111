#include "mail/sts_cache.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;
using advice = sts_cache::advice;
using lines = std::vector<std::string>;

namespace {

const sts_cache::time_point start{1'700'000'000s};

sts_cache::entry policy(const std::string& id, std::chrono::seconds max_age,
                        sts_cache::time_point fetched = start) {
  return {
    {sts_policy::mode_type::enforce, max_age, {"mx.example"}}, id, fetched};
}

} // namespace

BOOST_AUTO_TEST_SUITE(sts_cache)

BOOST_AUTO_TEST_CASE(what_is_announced_is_fetched_once) {
  stagepost::sts_cache x;
  BOOST_TEST((x.look("a.example", "", start) == advice::enough));
  BOOST_TEST((x.look("a.example", "1", start) == advice::fetch));
  BOOST_TEST(x.store("a.example", policy("1", 7 * 24h)) == "");
  BOOST_TEST((x.look("a.example", "1", start + 23h) == advice::enough));
  BOOST_TEST((x.look("b.example", "1", start) == advice::fetch));
  BOOST_TEST(x.find("a.example", start)->id == "1");
  BOOST_TEST(x.find("b.example", start) == nullptr);
}

BOOST_AUTO_TEST_CASE(another_id_is_another_policy) {
  stagepost::sts_cache x;
  x.store("a.example", policy("1", 7 * 24h));
  BOOST_TEST((x.look("a.example", "2", start) == advice::fetch));
  x.store("a.example", policy("2", 7 * 24h));
  BOOST_TEST((x.look("a.example", "2", start) == advice::enough));
}

BOOST_AUTO_TEST_CASE(who_takes_the_record_away_does_not_end_the_policy) {
  stagepost::sts_cache x;
  x.store("a.example", policy("1", 1h));
  BOOST_TEST((x.look("a.example", "", start + 59min) == advice::enough));
  BOOST_TEST(x.find("a.example", start + 59min) != nullptr);
  BOOST_TEST(x.find("a.example", start + 1h) == nullptr);
}

BOOST_AUTO_TEST_CASE(it_is_fetched_anew_before_its_time_is_over) {
  const struct {
    std::chrono::seconds max_age;
    std::chrono::seconds enough_until;
  } table[] = {{2h, 1h}, {30 * 24h, 24h}, {1s, 0s}};
  for (const auto& y : table) {
    stagepost::sts_cache x;
    x.store("a.example", policy("1", y.max_age));
    const auto when = start + y.enough_until;
    BOOST_TEST((x.look("a.example", "1", when) == advice::refresh));
    BOOST_TEST((x.look("a.example", "1", when - 1s) == advice::enough
                || y.enough_until == 0s));
    BOOST_TEST((x.stale(when, 10) == lines{"a.example"}));
    BOOST_TEST((x.stale(when - 1s, 10) == lines{} || y.enough_until == 0s));
  }
}

BOOST_AUTO_TEST_CASE(after_a_failure_it_waits) {
  stagepost::sts_cache x;
  x.failed("a.example", start);
  BOOST_TEST((x.look("a.example", "1", start + 299s) == advice::enough));
  BOOST_TEST((x.look("a.example", "1", start + 300s) == advice::fetch));
  x.store("a.example", policy("1", 1h));
  x.failed("a.example", start + 40min);
  BOOST_TEST((x.look("a.example", "1", start + 41min) == advice::enough));
  BOOST_TEST(x.stale(start + 41min, 10).empty());
  BOOST_TEST(x.find("a.example", start + 41min) != nullptr, "it still counts");
}

BOOST_AUTO_TEST_CASE(the_one_that_ends_first_makes_room) {
  stagepost::sts_cache x(2);
  x.store("a.example", policy("1", 2h));
  x.store("b.example", policy("1", 1h));
  BOOST_TEST(x.store("c.example", policy("1", 3h)) == "b.example");
  BOOST_TEST(x.find("b.example", start) == nullptr);
  for (int i = 0; i < 10; ++i)
    x.failed(std::to_string(i), start);
  BOOST_TEST((x.look("9", "1", start) == advice::enough));
}

BOOST_AUTO_TEST_CASE(what_is_over_is_forgotten) {
  stagepost::sts_cache x;
  x.store("a.example", policy("1", 2h));
  x.store("b.example", policy("1", 1h));
  BOOST_TEST((x.expire(start + 1h) == lines{"b.example"}));
  BOOST_TEST(x.expire(start + 1h).empty());
  BOOST_TEST(x.find("a.example", start + 1h) != nullptr);
}

BOOST_AUTO_TEST_SUITE_END()
