#include "actors/outlets/http_outlet.hpp"
#include "uploader_script.hpp"

using namespace stagepost;
using namespace stagepost::test;
using namespace std::chrono_literals;
using kind = outlet::verdict::kind;
using sign = upload::sign;

namespace {

struct fixture : test::outlet_fixture {
  uploader_script uploads;
  std::vector<outlet::verdict> gathered;
  int errors = 0;
  http_outlet_actor jobs;
  std::chrono::seconds passed{0};

  fixture() {
    here().make_uploader
      = [this](const std::string& name, const std::string& path) {
          BOOST_TEST(name == "jobs");
          uploads.paths.push_back(path);
          return system.spawn(scripted_uploader, &uploads, path);
        };
    here().now = [this] { return queue::time_point{1000h + passed}; };
    jobs = system.spawn(http_outlet, nullptr, &here(), "jobs", "outlets/jobs");
    settle();
  }
  ~fixture() {
    uploads.jobs.clear();
    if (jobs)
      stop(std::exchange(jobs, nullptr), caf::exit_reason::kill);
  }

  void wait(std::chrono::seconds x) {
    passed += x;
    pass(x);
  }

  /// Hands a job over; its answer is gathered when it comes.
  void hand(const local<const outlet_job>& x) {
    ask_later(
      jobs, handover_atom_v, x,
      [this](const local<const outlet_verdicts>& y) {
        gathered.insert(gathered.end(), y->begin(), y->end());
      },
      [this](const caf::error&) { ++errors; });
  }
  void hand(std::size_t n) {
    for (; n > 0; --n)
      hand(job());
  }
  std::vector<std::string> replies() {
    std::vector<std::string> out;
    for (const auto& x : std::exchange(gathered, {}))
      out.push_back(to_string(x.reply));
    return out;
  }

  /// Ends the oldest upload that is under way.
  void finish(sign how = sign::alive) {
    BOOST_REQUIRE(!uploads.jobs.empty());
    auto x = std::move(uploads.jobs.front());
    uploads.jobs.pop_front();
    const auto verdict
      = how == sign::alive
          ? outlet::verdict{kind::accepted, {250, {2, 0, 0}, "Taken"}, "a"}
          : outlet::verdict{kind::failed, {451, {4, 4, 1}, "Failed"}, "a"};
    upload out{how, {}};
    out.verdicts.assign(x.job->recipients.size(), verdict);
    free(x.who);
    x.answer.deliver(make_local<const upload>(std::move(out)));
    settle();
  }
  void take_down() {
    for (int i = 0; i < 5; ++i) {
      hand(1);
      finish(sign::down);
    }
    BOOST_TEST(figures().down.load());
    gathered.clear();
  }
};

using lines = std::vector<std::string>;

const std::string taken = "250 2.0.0 Taken";
const std::string failed = "451 4.4.1 Failed";
const std::string down = "451 4.4.1 The platform is down, try again later";
const std::string full = "451 4.3.2 Too much waits, try again later";
const std::string late = "451 4.4.7 No worker was free in time";
const std::string closing = "451 4.3.2 Try again later";

} // namespace

BOOST_FIXTURE_TEST_SUITE(http_outlet, fixture)

BOOST_AUTO_TEST_CASE(each_recipient_gets_its_verdict) {
  hand(job({0, 2}));
  BOOST_TEST(figures().working == 1U);
  finish();
  BOOST_TEST(replies() == (lines{taken, taken}));
  BOOST_TEST(figures().verdicts[0] == 2U);
  BOOST_TEST(figures().working == 0U);
}

BOOST_AUTO_TEST_CASE(no_more_uploaders_work_than_are_allowed) {
  hand(4);
  BOOST_TEST(uploads.begun == 2U);
  BOOST_TEST(figures().working == 2U);
  BOOST_TEST(figures().waiting == 2U);
  finish();
  BOOST_TEST(uploads.begun == 3U);
  finish();
  finish();
  finish();
  BOOST_TEST(replies() == lines(4, taken));
  BOOST_TEST(uploads.paths
             == (lines{"outlets/jobs/uploader-1", "outlets/jobs/uploader-2"}));
  BOOST_TEST(figures().waiting == 0U);
}

BOOST_AUTO_TEST_CASE(who_comes_first_is_served_first) {
  hand(2);
  hand(job({1}));
  hand(job({2}));
  finish();
  BOOST_TEST(uploads.jobs.back().job->recipients[0] == 1U);
  finish();
  BOOST_TEST(uploads.jobs.back().job->recipients[0] == 2U);
}

BOOST_AUTO_TEST_CASE(the_uploader_that_was_used_last_works_next) {
  hand(2);
  finish();
  finish();
  hand(1);
  BOOST_TEST(uploads.jobs.front().path == "outlets/jobs/uploader-2");
}

BOOST_AUTO_TEST_CASE(a_full_line_takes_no_more) {
  hand(6);
  BOOST_TEST(replies() == lines{full});
  finish();
  hand(1);
  BOOST_TEST(replies() == lines{taken});
  outlet().waiting = 0;
  reread();
  hand(1);
  BOOST_TEST(replies() == lines{full});
}

BOOST_AUTO_TEST_CASE(without_a_line_a_free_worker_still_takes_a_job) {
  outlet().waiting = 0;
  reread();
  hand(3);
  BOOST_TEST(replies() == lines{full});
  finish();
  finish();
  BOOST_TEST(replies() == lines(2, taken));
}

BOOST_AUTO_TEST_CASE(settings_change_while_it_works) {
  hand(4);
  outlet().workers = 3;
  reread();
  hand(1);
  BOOST_TEST(uploads.begun == 3U);
  settings.outlets.clear();
  reread();
  hand(1);
  BOOST_TEST(replies() == lines{closing});
  pass(1s); // nobody will serve those in line
  BOOST_TEST(replies() == lines(2, closing));
  finish();
  BOOST_TEST(replies() == lines{taken});
}

BOOST_AUTO_TEST_CASE(who_waits_too_long_is_told_so_and_never_sent) {
  hand(2);
  hand(job({0}, 5s));
  hand(job({0}, 60s));
  wait(4s);
  BOOST_TEST(replies().empty());
  wait(2s);
  BOOST_TEST(replies() == lines{late});
  BOOST_TEST(figures().waiting == 1U);
  finish();
  finish();
  finish();
  BOOST_TEST(replies() == lines(3, taken));
  BOOST_TEST(uploads.begun == 3U);
}

BOOST_AUTO_TEST_CASE(idle_uploaders_are_let_go_after_half_a_minute) {
  hand(2);
  finish();
  finish();
  wait(29s);
  BOOST_TEST(uploads.alive == 2U);
  wait(1s);
  wait(1s);
  BOOST_TEST(uploads.alive == 0U);
  hand(1);
  BOOST_TEST(uploads.jobs.front().path == "outlets/jobs/uploader-3");
}

BOOST_AUTO_TEST_CASE(an_uploader_that_crashes_costs_its_job_only) {
  uploads.crashes = true;
  hand(1);
  BOOST_TEST(replies() == lines{"451 4.3.0 Try again later"});
  BOOST_TEST(uploads.alive == 0U);
  BOOST_TEST(figures().working == 0U);
  uploads.crashes = false;
  hand(1);
  finish();
  BOOST_TEST(replies() == lines{taken});
}

BOOST_AUTO_TEST_CASE(after_five_failures_in_a_row_it_answers_at_once) {
  take_down();
  hand(1);
  BOOST_TEST(gathered.at(0).tell_sender);
  BOOST_TEST(replies() == lines{down});
  BOOST_TEST(uploads.begun == 5U);
  BOOST_TEST(
    (figures().since.load() == queue::time_point{std::chrono::hours{1000}}));
}

BOOST_AUTO_TEST_CASE(who_waits_when_it_goes_down_is_answered_too) {
  outlet().workers = 1;
  outlet().waiting = 10;
  reread();
  hand(8);
  for (int i = 0; i < 5; ++i)
    finish(sign::down);
  BOOST_TEST(
    replies()
    == (lines{failed, failed, failed, failed, failed, down, down, down}));
  BOOST_TEST(figures().waiting == 0U);
  BOOST_TEST(uploads.begun == 5U);
}

BOOST_AUTO_TEST_CASE(one_job_probes_a_platform_that_is_down) {
  take_down();
  wait(5s);
  hand(3);
  BOOST_TEST(uploads.begun == 6U);
  BOOST_TEST(replies() == lines(2, down));
  finish(sign::down);
  BOOST_TEST(replies() == lines{failed});
  wait(9s);
  hand(1);
  BOOST_TEST(replies() == lines{down});
  wait(1s);
  hand(1);
  finish();
  BOOST_TEST(replies() == lines{taken});
  BOOST_TEST(!figures().down.load());
  hand(2);
  BOOST_TEST(uploads.jobs.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_probe_that_never_asked_is_followed_by_the_next) {
  take_down();
  wait(5s);
  hand(1);
  finish(sign::none);
  hand(1);
  BOOST_TEST(uploads.jobs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_probe_that_crashes_is_followed_by_the_next) {
  take_down();
  wait(5s);
  uploads.crashes = true;
  hand(1);
  uploads.crashes = false;
  hand(1);
  BOOST_TEST(uploads.jobs.size() == 1U);
}

BOOST_AUTO_TEST_CASE(all_whose_jobs_it_has_hear_of_its_death) {
  hand(4); // two at work, two in line
  stop(std::exchange(jobs, nullptr), caf::exit_reason::kill);
  BOOST_TEST(errors == 4);
}

BOOST_AUTO_TEST_CASE(it_stops_when_what_is_under_way_has_ended) {
  hand(4);
  stop(jobs);
  BOOST_TEST(replies() == lines(2, closing));
  hand(1);
  BOOST_TEST(replies() == lines{closing});
  finish();
  BOOST_TEST(uploads.alive == 1U);
  BOOST_TEST(replies() == lines{taken});
  finish();
  BOOST_TEST(replies() == lines{taken});
  BOOST_TEST(uploads.alive == 0U);
}

BOOST_AUTO_TEST_CASE(what_does_not_end_in_time_is_broken_off) {
  hand(1);
  stop(jobs);
  wait(7s);
  BOOST_TEST(replies().empty());
  uploads.jobs.front().who = nullptr;
  wait(1s);
  BOOST_TEST(uploads.alive == 0U);
  BOOST_TEST(replies() == lines{"451 4.3.0 Try again later"});
}

BOOST_AUTO_TEST_SUITE_END()
