#include "mail/queue/fair_line.hpp"

#include <boost/test/unit_test.hpp>

#include <map>
#include <set>
#include <string>

using namespace stagepost;

namespace {

/// A line of messages named by a letter for their flow; their order of service
/// spells a word.
struct with_a_line {
  queue::fair_line line;
  std::map<std::uint64_t, std::pair<std::string, std::uint64_t>> known;
  std::uint64_t last = 0;

  void push(const std::string& flow, std::size_t n = 1,
            std::uint64_t octets = 1000) {
    for (; n > 0; --n) {
      known[++last] = {flow, octets};
      line.push(flow, {queue::id{last}, 0});
    }
  }

  std::string serve(std::size_t n = 1000) {
    std::string out;
    for (; n > 0; --n) {
      const auto* x = line.front();
      if (x == nullptr)
        break;
      const auto& [flow, octets] = known.at(x->message.value());
      out += flow;
      line.take(octets);
    }
    return out;
  }
};

constexpr std::uint64_t large = 64U << 10U;

} // namespace

BOOST_FIXTURE_TEST_SUITE(fair_line, with_a_line)

BOOST_AUTO_TEST_CASE(flows_take_turns) {
  struct {
    std::vector<std::pair<std::string, std::size_t>> pushed;
    std::string served;
  } const table[] = {
    {{}, ""},
    {{{"a", 3}}, "aaa"},
    {{{"a", 3}, {"b", 3}}, "ababab"},
    {{{"a", 5}, {"b", 1}}, "abaaaa"},
    {{{"a", 2}, {"b", 2}, {"c", 2}}, "abcabc"},
    {{{"a", 1}, {"b", 1}, {"a", 1}}, "aba"},
  };
  for (const auto& x : table) {
    for (const auto& [flow, n] : x.pushed)
      push(flow, n);
    BOOST_TEST(serve() == x.served);
    BOOST_TEST(line.empty());
  }
}

BOOST_AUTO_TEST_CASE(a_flow_is_served_oldest_first) {
  push("a", 200);
  for (std::uint64_t n = 1; n <= 200; ++n) {
    BOOST_TEST(line.front()->message.value() == n);
    line.take(0);
  }
}

BOOST_AUTO_TEST_CASE(a_newcomer_waits_for_one_round_at_most) {
  push("a", 100'000);
  push("b", 100'000);
  serve(777);
  push("c");
  BOOST_TEST(serve(3).find('c') != std::string::npos);
}

BOOST_AUTO_TEST_CASE(what_is_large_costs_more_than_one_turn) {
  push("a", 3, 3 * large);
  push("b", 9);
  // Each of a's counts as four messages.
  BOOST_TEST(serve() == "abbbbabbbbab");
}

BOOST_AUTO_TEST_CASE(debts_of_all_are_passed_over_at_once) {
  push("a", 2, 1'000'000 * large);
  push("b", 2, 500'000 * large);
  BOOST_TEST(serve() == "abba");
}

BOOST_AUTO_TEST_CASE(what_is_not_there_any_more_costs_nothing) {
  push("a", 3);
  push("b", 2);
  line.front();
  line.drop();
  BOOST_TEST(serve() == "abab");
}

BOOST_AUTO_TEST_CASE(what_comes_back_goes_first_in_its_flow) {
  push("a", 3);
  push("b", 1);
  const auto first = *line.front();
  line.take(0);
  line.push_front("a", first);
  std::vector<std::uint64_t> order;
  while (const auto* x = line.front()) {
    order.push_back(x->message.value());
    line.take(0);
  }
  BOOST_TEST((order == std::vector<std::uint64_t>{4, 1, 2, 3}));
  line.push_front("c", first);
  BOOST_TEST(line.front()->message.value() == 1U);
}

BOOST_AUTO_TEST_CASE(all_that_waits_can_be_looked_at) {
  push("a", 100);
  push("b", 2);
  serve(70);
  std::set<std::uint64_t> seen;
  line.for_each(
    [&](const queue::recipient_key& x) { seen.insert(x.message.value()); });
  BOOST_TEST(seen.size() == 32U);
  BOOST_TEST(line.flows() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
