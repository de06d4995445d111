#include "backlog_fixture.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

using ids = std::vector<std::uint64_t>;

} // namespace

// Which recipients are leased again, and when.
BOOST_FIXTURE_TEST_SUITE(backlog_leases, test::backlog_fixture)

BOOST_AUTO_TEST_CASE(recipients_over_the_server_s_limit_go_next) {
  admit(1, {"a@one.example", "b@one.example", "c@one.example"});
  answer_all();
  const smtp::reply over{452, {4, 5, 3}, "Too many recipients"};
  const smtp::reply taken{250, {2, 0, 0}, "Ok"};
  for (const std::size_t left : {3U, 2U}) {
    const auto lease = line.take("one.example");
    BOOST_REQUIRE(lease.has_value());
    BOOST_TEST(lease->recipients.size() == left);
    std::vector<smtp::reply> replies(left, over);
    replies[0] = taken;
    const auto ended
      = line.settle(lease->job, replies, {&waits, warn_after}, now);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->verdicts.size() == 1U);
  }
  // Without progress it is a deferral like any other.
  const auto lease = line.take("one.example");
  BOOST_REQUIRE(lease.has_value());
  BOOST_TEST(settle(*lease, over)->verdicts.at(0).stays);
  BOOST_TEST(!line.take("one.example").has_value());
}

BOOST_AUTO_TEST_CASE(mail_from_before_a_clock_was_set_back_goes_at_once) {
  const auto stored = arrival(1, {"a@one.example"});
  now -= hours{4};
  line.admit(stored, true, now);
  answer_all();
  BOOST_TEST((take("one.example") == ids{1}));
}

BOOST_AUTO_TEST_CASE(what_is_deferred_after_that_waits_like_other_mail) {
  admit(1, {"a@one.example"});
  now -= hours{4};
  answer_all();
  attempt("one.example", later);
  BOOST_TEST(take("one.example").empty());
  BOOST_TEST((line.next_wake() == now + minutes{1}));
}

BOOST_AUTO_TEST_CASE(a_lease_is_open_until_it_is_settled_or_lost) {
  admit(1, {"a@one.example"});
  answer_all();
  const auto x = line.take("one.example");
  BOOST_REQUIRE(x);
  BOOST_TEST(line.is_open(x->job));
  line.lost("one.example");
  BOOST_TEST(!line.is_open(x->job));
  const auto y = line.take("one.example");
  BOOST_REQUIRE(y);
  settle(*y, ok);
  BOOST_TEST(!line.is_open(y->job));
}

BOOST_AUTO_TEST_SUITE_END()
