#include "mail/queue/concurrency.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

namespace queue = stagepost::queue;

namespace {

/// What happens to a destination, a letter each: `s` a success with all that is
/// allowed at work, `i` a success while others are idle, `r` a refusal while
/// the others work, `d` a refusal with nobody left. What is allowed then.
std::uint32_t after(std::uint32_t most, const std::string& story) {
  queue::concurrency x{most};
  for (const auto what : story)
    switch (what) {
      case 's':
        x.succeeded(x.allowed());
        break;
      case 'i':
        x.succeeded(x.allowed() - 1);
        break;
      case 'r':
        x.refused(x.allowed() - 1);
        break;
      case 'd':
        x.refused(0);
        break;
      default:
        BOOST_FAIL("no such letter");
    }
  return x.allowed();
}

} // namespace

BOOST_AUTO_TEST_SUITE(concurrency)

BOOST_AUTO_TEST_CASE(what_is_allowed_follows_what_happens) {
  struct {
    std::uint32_t most;
    std::string story;
    std::uint32_t allowed;
  } const table[] = {
    {20, "", 5},            // low at first
    {2, "", 2},             // but never above the limit
    {0, "", 5},             //
    {20, "s", 6},           // each success allows one more
    {20, "sssss", 10},      //
    {20, "iiiii", 5},       // if there is use for it
    {6, "sssss", 6},        // up to the limit
    {0, "sssss", 10},       // which need not be
    {20, "r", 4},           // a refusal takes one away
    {20, "rrrr", 1},        // never the last
    {20, "rs", 4},          // then it grows with care:
    {20, "rssss", 5},       // by one for as many successes as there are
    {20, "rsssssssss", 6},  //
    {20, "rsssrssssss", 4}, // and each refusal makes it slower
    {20, "rsssrsssss", 3},
    {20, "rrrrd", 5},   // what comes back from the dead is new
    {20, "rrrrdss", 7}, //
    {3, "rd", 3},       //
  };
  for (const auto& x : table)
    BOOST_TEST(after(x.most, x.story) == x.allowed,
               x.most << " " << x.story << ": " << after(x.most, x.story)
                      << ", not " << x.allowed);
}

BOOST_AUTO_TEST_CASE(a_server_with_a_limit_of_its_own_is_met_at_it) {
  queue::concurrency x{20};
  while (x.allowed() < 12)
    x.succeeded(x.allowed());
  x.refused(3); // all but three were turned away at once
  BOOST_TEST(x.allowed() == 3U);
}

BOOST_AUTO_TEST_CASE(another_limit_counts_at_once) {
  queue::concurrency x{20};
  x.succeeded(5);
  x.limit(2);
  BOOST_TEST(x.allowed() == 2U);
  x.limit(20);
  BOOST_TEST(x.allowed() == 6U);
}

BOOST_AUTO_TEST_SUITE_END()
