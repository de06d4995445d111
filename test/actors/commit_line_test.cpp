#include "actors/queue/commit_line.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

using ids = std::vector<std::uint64_t>;

struct with_a_line {
  stagepost::commit_line line;

  /// A message somebody waits for, or a report that nobody waits for.
  void add(std::uint64_t n, bool waits = true, std::uint64_t octets = 10,
           bool promised = false) {
    auto about = std::make_shared<queue::message>();
    about->id = queue::id{n};
    about->size = octets;
    queue::recipient to;
    to.address = "a@example.net";
    commit_line::passenger x{{about, nullptr, {to}}, std::nullopt, promised};
    if (waits)
      x.waits.emplace();
    line.add(std::move(x));
  }

  /// A report that a client is told of once it is durable.
  void promise(std::uint64_t n) {
    add(n, false, 10, true);
    line.when_durable([this](bool durable) { told.push_back(durable); });
  }
  std::vector<bool> told;

  void give_up() {
    for (const auto& tell : line.give_up_told())
      tell(false);
  }

  static ids of(const std::vector<commit_line::passenger>& xs) {
    ids out;
    for (const auto& x : xs)
      out.push_back(x.what.what->id.value());
    return out;
  }

  static ids of(const queue::batch& x) {
    ids out;
    for (const auto& y : x.arrivals)
      out.push_back(y.what->id.value());
    return out;
  }

  static std::vector<queue::id> removed(const queue::batch& x) {
    return x.removed;
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(commit_line, with_a_line)

BOOST_AUTO_TEST_CASE(nothing_departs_where_nothing_waits) {
  BOOST_TEST(line.idle());
  BOOST_TEST((line.depart() == nullptr));
}

BOOST_AUTO_TEST_CASE(what_gathers_during_a_commit_goes_together) {
  add(1);
  const auto first = line.depart();
  BOOST_REQUIRE(first);
  BOOST_TEST((of(*first) == ids{1}));
  add(2);
  add(3);
  line.gathering().finished.push_back({queue::id{9}, 0});
  BOOST_TEST((line.depart() == nullptr)); // one at a time
  BOOST_TEST((of(line.arrived()) == ids{1}));
  const auto second = line.depart();
  BOOST_REQUIRE(second);
  BOOST_TEST((of(*second) == ids{2, 3}));
  BOOST_TEST(second->finished.size() == 1U);
  BOOST_TEST((of(line.arrived()) == ids{2, 3}));
  BOOST_TEST(line.idle());
}

BOOST_AUTO_TEST_CASE(each_recipient_that_arrives_leaves_an_event) {
  add(1);
  const auto x = line.depart();
  BOOST_REQUIRE(x->events.size() == 1U);
  BOOST_TEST((x->events[0].what == queue::event::kind::accepted));
  BOOST_TEST((x->events[0].message == queue::id{1}));
  BOOST_TEST(x->events[0].recipient == "a@example.net");
}

BOOST_AUTO_TEST_CASE(changes_alone_are_worth_a_commit) {
  line.gathering().changed.push_back({queue::id{1}, {}});
  BOOST_TEST(line.changing().size() == 1U);
  const auto x = line.depart();
  BOOST_REQUIRE(x);
  BOOST_TEST(x->changed.size() == 1U);
  BOOST_TEST(line.changing().size() == 1U); // they are not durable yet
  BOOST_TEST(line.arrived().empty());
  BOOST_TEST(line.changing().empty());
}

BOOST_AUTO_TEST_CASE(a_failed_batch_departs_again_as_it_was) {
  add(1);
  const auto first = line.depart();
  add(2);
  line.failed();
  const auto again = line.depart();
  BOOST_TEST((again == first)); // the very same
  BOOST_TEST((of(line.arrived()) == ids{1}));
  BOOST_TEST((of(*line.depart()) == ids{2}));
}

BOOST_AUTO_TEST_CASE(a_batch_has_a_limit_of_messages) {
  for (std::uint64_t n = 0; n < 300; ++n)
    add(n);
  std::vector<std::size_t> sizes;
  while (const auto x = line.depart()) {
    sizes.push_back(x->arrivals.size());
    BOOST_TEST(line.arrived().size() == sizes.back());
  }
  BOOST_TEST((sizes == std::vector<std::size_t>{128, 128, 44}));
}

BOOST_AUTO_TEST_CASE(a_batch_has_a_limit_of_octets) {
  add(1, true, 1'000'000);
  add(2, true, 500'000);
  add(3, true, 1);
  add(4, true, 9'000'000);
  add(5, true, 1);
  std::vector<ids> batches;
  while (const auto x = line.depart()) {
    batches.push_back(of(*x));
    line.arrived();
  }
  BOOST_TEST((batches == std::vector<ids>{{1, 2}, {3}, {4}, {5}}));
}

BOOST_AUTO_TEST_CASE(octets_are_counted_until_they_are_durable) {
  add(1, true, 100);
  add(2, true, 20);
  line.depart();
  add(3, true, 3);
  BOOST_TEST(line.octets() == 123U);
  BOOST_TEST(line.waiting() == 3U);
  line.failed();
  line.depart();
  line.arrived();
  BOOST_TEST(line.octets() == 3U);
  BOOST_TEST(line.withdraw().size() == 1U);
  BOOST_TEST(line.octets() == 0U);
  BOOST_TEST(line.waiting() == 0U);
}

BOOST_AUTO_TEST_CASE(what_somebody_waits_for_is_withdrawn_and_removed) {
  add(1);
  add(2, false); // a report
  line.gathering().finished.push_back({queue::id{9}, 0});
  const auto old = line.depart();
  add(3);
  add(4, false);
  line.failed();
  BOOST_TEST(line.withdraw().size() == 2U);
  const auto now = line.depart();
  BOOST_REQUIRE(now);
  BOOST_TEST((of(*now) == ids{2}));
  BOOST_TEST((removed(*now) == std::vector{queue::id{1}}));
  BOOST_TEST(now->events.size() == 1U);
  BOOST_TEST((now->events[0].message == queue::id{2}));
  BOOST_TEST(now->finished.size() == 1U);
  BOOST_TEST((of(line.arrived()) == ids{2}));
  const auto next = line.depart(); // 3 was never tried: nothing to remove
  BOOST_TEST((of(*next) == ids{4}));
  BOOST_TEST(next->removed.empty());
  BOOST_TEST((of(*old) == ids{2, 1})); // whoever reads it still can
}

BOOST_AUTO_TEST_CASE(what_hangs_is_withdrawn_and_undone_if_it_comes_through) {
  add(1);
  add(2, false);
  line.depart();
  BOOST_TEST(line.withdraw().size() == 1U);
  BOOST_TEST((of(line.arrived()) == ids{2})); // it came through after all
  BOOST_TEST((removed(*line.depart()) == std::vector{queue::id{1}}));
}

BOOST_AUTO_TEST_CASE(what_hangs_and_fails_is_not_sent_again) {
  add(1);
  add(2, false);
  line.depart();
  line.withdraw();
  line.failed();
  BOOST_TEST((of(*line.depart()) == ids{2}));
  BOOST_TEST((of(line.arrived()) == ids{2}));
  BOOST_TEST((removed(*line.depart()) == std::vector{queue::id{1}}));
}

BOOST_AUTO_TEST_CASE(withdrawing_twice_is_withdrawing_once) {
  add(1);
  line.depart();
  line.failed();
  BOOST_TEST(line.withdraw().size() == 1U);
  BOOST_TEST(line.withdraw().empty());
  BOOST_TEST((removed(*line.depart()) == std::vector{queue::id{1}}));
}

BOOST_AUTO_TEST_CASE(a_report_that_nobody_is_told_of_does_not_follow) {
  promise(1);
  add(2, false);
  give_up();
  BOOST_TEST((told == std::vector{false}));
  const auto first = line.depart();
  BOOST_TEST((of(*first) == ids{2}));
  promise(3);
  line.failed();
  BOOST_TEST((of(line.arrived()) == ids{2}));

  // The one under way may come through yet, and is removed then.
  BOOST_TEST((of(*line.depart()) == ids{3}));
  give_up();
  line.failed();
  const auto again = line.depart();
  BOOST_TEST(of(*again).empty());
  BOOST_TEST(line.arrived().empty());
  BOOST_TEST((removed(*line.depart()) == std::vector{queue::id{3}}));
  BOOST_TEST((told == std::vector{false, false}));
}

BOOST_AUTO_TEST_CASE(rows_that_go_away_are_known_until_they_are_gone) {
  line.gathering().finished.push_back({queue::id{1}, 0});
  line.depart();
  line.gathering().finished.push_back({queue::id{2}, 1});
  BOOST_TEST(line.leaving().size() == 2U);
  line.arrived();
  const auto left = line.leaving();
  BOOST_REQUIRE(left.size() == 1U);
  BOOST_TEST((left[0] == queue::recipient_key{queue::id{2}, 1}));
}

BOOST_AUTO_TEST_SUITE_END()
