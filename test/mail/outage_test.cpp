#include "backlog_fixture.hpp"
#include "mail/queue/backlog.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

using ids = std::vector<std::uint64_t>;

const std::string here = "one.example";

/// Mail for one site, and what its destination says of it.
struct with_a_site : test::backlog_fixture {
  smtp::reply nobody{451, {4, 4, 1}, "No connection"};
  queue::attempt how = queue::attempt::made;

  queue::backlog::policy rules() {
    return {&waits, warn_after, 0, 15min};
  }

  std::optional<queue::backlog::settlement> end(const queue::backlog::lease& x,
                                                queue::attempt as,
                                                const smtp::reply& every) {
    return line.settle(x.job,
                       std::vector<smtp::reply>(x.recipients.size(), every),
                       rules(), now, as);
  }

  /// Admits messages from `first` to `last`, and lets the first attempt fail.
  void fall(std::uint64_t first, std::uint64_t last) {
    for (auto n = first; n <= last; ++n)
      admit(n, {"a@" + here});
    answer_all();
    const auto x = line.take(here);
    BOOST_REQUIRE(x.has_value());
    end(*x, queue::attempt::unreached, nobody);
  }

  /// The messages whose turn it is now; none of their leases ends.
  ids due() {
    return take(here);
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(outage, with_a_site)

BOOST_AUTO_TEST_CASE(one_message_probes_while_the_others_wait) {
  fall(1, 50);
  BOOST_TEST(line.down_since(here).has_value());
  BOOST_TEST(due().empty());
  BOOST_TEST(line.busy(here));
  BOOST_TEST(!line.moves(here));
  pass(59s);
  BOOST_TEST(due().empty());
  pass(1s); // the first wait
  BOOST_TEST((due() == ids{2}));
  BOOST_TEST(due().empty());
  end(jobs.back(), queue::attempt::unreached, nobody);
  pass(4min);
  BOOST_TEST(due().empty());
  pass(1min); // the second one
  BOOST_TEST((due() == ids{3}));
}

BOOST_AUTO_TEST_CASE(who_waits_for_a_probe_has_made_no_attempt) {
  fall(1, 3);
  pass(1min);
  due();
  end(jobs.back(), queue::attempt::unreached, nobody);
  pass(5min);
  due();
  const auto x = end(jobs.back(), queue::attempt::made, ok);
  BOOST_TEST(x->verdicts.at(0).row.attempts == 1U);
  BOOST_TEST((due() == ids{1, 2}));
  BOOST_TEST(jobs[jobs.size() - 2].recipients.at(0).attempts == 1U);
  BOOST_TEST(jobs.back().recipients.at(0).attempts == 1U);
}

BOOST_AUTO_TEST_CASE(a_probe_that_comes_through_lets_all_go_at_once) {
  fall(1, 100);
  pass(1min);
  BOOST_TEST(due().size() == 1U);
  line.take_takers();
  end(jobs.back(), queue::attempt::made, later); // even with a refusal
  BOOST_TEST(!line.down_since(here).has_value());
  BOOST_TEST((line.take_takers() == std::vector<std::string>{here}));
  BOOST_TEST(due().size() == 99U); // the first of all has had its wait
}

BOOST_AUTO_TEST_CASE(probes_of_the_past_need_not_wait_any_longer) {
  waits = *retry_schedule::parse("1m,2m,9m");
  fall(1, 3);
  for (const auto wait : {1min, 2min}) {
    pass(wait);
    BOOST_TEST(due().size() == 1U);
    end(jobs.back(), queue::attempt::unreached, nobody);
  }
  pass(9min);
  BOOST_TEST(due().size() == 1U);
  end(jobs.back(), queue::attempt::made, ok);
  BOOST_TEST(due().size() == 2U);
  BOOST_TEST(line.take_recovered().empty());
}

BOOST_AUTO_TEST_CASE(what_the_database_alone_remembers_is_named) {
  waits = *retry_schedule::parse("2h");
  fall(1, 1);
  line.forget_after(now + 1h);
  BOOST_TEST(!line.holds(queue::id{1}));
  pass(20min);
  admit(2, {"b@" + here});
  answer_all();
  line.wake(now);
  BOOST_TEST((due() == ids{2}));
  end(jobs.back(), queue::attempt::made, ok);
  BOOST_TEST((line.take_recovered() == std::vector{queue::id{1}}));
  BOOST_TEST(line.take_recovered().empty());
}

BOOST_AUTO_TEST_CASE(waits_between_probes_are_limited_while_mail_waits) {
  waits = *retry_schedule::parse("4h");
  fall(1, 2);
  BOOST_TEST((line.next_wake() == now + 15min));
  pass(15min);
  BOOST_TEST((due() == ids{2}));
  end(jobs.back(), queue::attempt::unreached, nobody);
  pass(14min);
  admit(3, {"a@" + here}); // a newcomer waits for the next probe
  answer_all();
  BOOST_TEST(due().empty());
  pass(1min);
  BOOST_TEST((due() == ids{3}));
}

BOOST_AUTO_TEST_CASE(a_lone_message_goes_by_its_own_schedule) {
  waits = *retry_schedule::parse("1m,30m,4h");
  fall(1, 1);
  pass(1min);
  BOOST_TEST((due() == ids{1}));
  end(jobs.back(), queue::attempt::unreached, nobody);
  pass(29min);
  BOOST_TEST(due().empty());
  pass(1min);
  BOOST_TEST((due() == ids{1}));
}

BOOST_AUTO_TEST_CASE(what_went_out_before_comes_back_uncounted) {
  for (std::uint64_t n = 1; n <= 5; ++n)
    admit(n, {"a@" + here});
  answer_all();
  BOOST_TEST(due().size() == 5U);
  const auto sent = jobs;
  end(sent[2], queue::attempt::unreached, nobody);
  for (const auto i : {0U, 1U, 3U})
    BOOST_TEST(end(sent[i], queue::attempt::none, nobody)->verdicts.empty());
  // One that failed by itself, when that was known already.
  BOOST_TEST(end(sent[4], queue::attempt::unreached, nobody)->verdicts.empty());
  BOOST_TEST(line.count().ready == 4U);
  BOOST_TEST(line.count().waiting == 1U);
  pass(1min);
  BOOST_TEST(due().size() == 1U);
  BOOST_TEST(jobs.back().recipients.at(0).attempts == 0U);
}

BOOST_AUTO_TEST_CASE(a_probe_that_proves_nothing_is_followed_by_another) {
  for (const auto what : {queue::attempt::aside, queue::attempt::none}) {
    with_a_site other;
    other.fall(1, 3);
    other.pass(1min);
    BOOST_TEST((other.due() == ids{2}));
    other.end(other.jobs.back(), what, other.later);
    BOOST_TEST(other.line.down_since(here).has_value());
    BOOST_TEST(other.due().size() == 1U);
  }
}

BOOST_AUTO_TEST_CASE(a_probe_whose_destination_is_lost_goes_again) {
  fall(1, 3);
  pass(1min);
  BOOST_TEST((due() == ids{2}));
  line.lost(here);
  BOOST_TEST((due() == ids{2}));
  end(jobs.back(), queue::attempt::unreached, nobody);
  line.lost(here); // one that had nothing to do
  BOOST_TEST(due().empty());
}

BOOST_AUTO_TEST_CASE(an_administrator_need_not_wait_for_the_probe) {
  fall(1, 3);
  BOOST_TEST(due().empty());
  line.hurry({queue::id{3}}, now);
  BOOST_TEST((due() == ids{2})); // somebody probes
  end(jobs.back(), queue::attempt::made, ok);
  BOOST_TEST(due().size() == 2U);
}

BOOST_AUTO_TEST_CASE(what_expires_before_the_site_comes_back_is_ended) {
  fall(1, 3);
  pass(24h * 5 - 2min);
  due();
  end(jobs.back(), queue::attempt::unreached, nobody);
  BOOST_TEST(line.take_overdue({&waits, 0s, 0, 15min}, now).empty());
  pass(15min);
  due();
  end(jobs.back(), queue::attempt::unreached, nobody);
  const auto late = line.take_overdue({&waits, 0s, 0, 15min}, now);
  BOOST_REQUIRE(!late.empty());
  for (const auto& x : late) {
    BOOST_TEST(x.why.text == "No connection");
    const auto ended = end(x.what, queue::attempt::none, x.why);
    BOOST_REQUIRE(ended.has_value());
    BOOST_TEST(ended->verdicts.at(0).expired);
    BOOST_TEST(ended->message_done);
  }
}

BOOST_AUTO_TEST_CASE(the_sender_of_what_waits_is_warned_once) {
  fall(1, 2);
  unsigned warned = 0;
  for (int n = 0; n < 40; ++n) {
    pass(15min);
    for (const auto id : due()) {
      BOOST_TEST(id <= 2U);
      const auto x = end(jobs.back(), queue::attempt::unreached, nobody);
      warned += x->verdicts.at(0).warn ? 1U : 0U;
    }
    for (const auto& x : line.take_overdue(rules(), now)) {
      const auto y = end(x.what, queue::attempt::none, x.why);
      BOOST_REQUIRE(y->verdicts.size() == 1U);
      BOOST_TEST(y->verdicts[0].warn);
      BOOST_TEST(y->verdicts[0].stays);
      BOOST_TEST(y->verdicts[0].row.warned);
      ++warned;
    }
  }
  BOOST_TEST(warned == 2U);
}

BOOST_AUTO_TEST_CASE(what_waits_is_routed_anew_after_each_failure) {
  fall(1, 3);
  pass(59min);
  due();
  pass(2min); // the domain's answer has run out
  line.take_questions();
  end(jobs.back(), queue::attempt::unreached, nobody);
  line.take_overdue(rules(), now);
  BOOST_TEST((line.take_questions() == std::vector<std::string>{here}));
  line.answer(here, "elsewhere", 0, now + 1h);
  BOOST_TEST(take("elsewhere").size() >= 1U);
}

BOOST_AUTO_TEST_CASE(other_sites_do_not_care) {
  fall(1, 3);
  admit(9, {"a@two.example"});
  answer_all();
  BOOST_TEST((take("two.example") == ids{9}));
}

BOOST_AUTO_TEST_CASE(senders_take_turns_at_a_site) {
  for (std::uint64_t n = 1; n <= 1000; ++n)
    admit(n, {"a@" + here});
  auto x = arrival(2000, {"b@" + here});
  auto other = std::make_shared<queue::message>(*x.what);
  other->sender = "reset@bank.example";
  x.what = other;
  line.admit(x, true, now);
  answer_all(2);
  line.allow(here, 2);
  BOOST_TEST((due() == ids{1, 2000}));
}

BOOST_AUTO_TEST_CASE(users_take_turns_where_that_is_asked_for) {
  line.be_fair_by(queue::fair_by::user);
  for (std::uint64_t n = 1; n <= 6; ++n) {
    auto x = arrival(n, {"a@" + here});
    auto made = std::make_shared<queue::message>(*x.what);
    made->circumstances = n < 6 ? R"({"user":"bulk"})" : R"({"user":"alice"})";
    x.what = made;
    line.admit(x, true, now);
  }
  answer_all();
  const auto order = due();
  BOOST_TEST(order.at(1) == 6U);
}

BOOST_AUTO_TEST_CASE(a_site_takes_no_more_than_it_says_nor_than_its_settings) {
  for (std::uint64_t n = 1; n <= 20; ++n)
    admit(n, {"a@" + here});
  answer_all(4);
  line.allow(here, 3);
  BOOST_TEST(due().size() == 3U);
  line.allow(here, 10);
  BOOST_TEST(due().size() == 1U);
}

BOOST_AUTO_TEST_SUITE_END()
