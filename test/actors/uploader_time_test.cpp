#include "uploader_fixture.hpp"

using namespace stagepost;
using namespace stagepost::test::uploaders;
using namespace std::chrono_literals;
using sign = upload::sign;

BOOST_FIXTURE_TEST_SUITE(uploader_time, with_platform)

BOOST_AUTO_TEST_CASE(a_platform_that_hangs_is_left_after_the_timeout) {
  outlet().timeout = 1s;
  reread();
  give(job());
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply() == "451 4.4.1 The platform failed: no answer within 1 s");
  BOOST_TEST((done->platform == sign::down));
}

BOOST_AUTO_TEST_CASE(after_its_deadline_nothing_is_sent) {
  give(job({0, 1}, 0s));
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply(1) == "451 4.4.7 No time was left to send it");
  BOOST_TEST((done->platform == sign::none));
  BOOST_TEST(platform.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_job_ends_in_time_though_the_parser_takes_longer) {
  outlet().timeout = 30s;
  reread();
  script.parser_waits = true;
  give(job({0, 1}));
  pass(29s);
  BOOST_TEST(!done.has_value());
  pass(1s);
  BOOST_TEST(reply(1) == "451 4.4.7 No time was left to send it");
  BOOST_TEST((done->platform == sign::none));
  // The next one waits in its own right.
  give(job());
  answer_parser();
  BOOST_TEST(nobody_comes());
  BOOST_TEST(!done.has_value());
  answer_parser();
  serve({created});
  BOOST_TEST(reply() == "250 2.0.0 Job 17");
}

BOOST_AUTO_TEST_CASE(a_job_ends_in_time_though_dns_takes_longer) {
  script.resolver_waits = true;
  give(job({0}, 20s));
  pass(19s);
  BOOST_TEST(!done.has_value());
  pass(1s);
  BOOST_TEST(reply() == "451 4.4.7 No time was left to send it");
  answer_resolver();
  BOOST_TEST(nobody_comes());
  give(job());
  pass(100ms);
  BOOST_TEST(!done.has_value());
  answer_resolver();
  serve({created});
  BOOST_TEST(reply() == "250 2.0.0 Job 17");
}

BOOST_AUTO_TEST_CASE(an_address_that_comes_too_late_is_not_dialed) {
  script.resolver_waits = true;
  give(job({0}, 20s));
  answer_resolver(); // and is heard before the alarm
  scheduler.clock().advance_time(20s);
  BOOST_TEST(nobody_comes());
  BOOST_TEST(reply() == "451 4.4.7 No time was left to send it");
  BOOST_TEST((done->platform == sign::none));
}

BOOST_AUTO_TEST_CASE(a_post_under_way_ends_by_itself) {
  give(job({0}, 20s));
  BOOST_TEST(run_until([&] { return whole_request(); }));
  pass(21s); // for the actors; the caller has a clock of its own
  BOOST_TEST(!done.has_value());
  serve({created});
  BOOST_TEST(reply() == "250 2.0.0 Job 17");
}

BOOST_AUTO_TEST_CASE(the_alarm_of_one_job_does_not_end_the_next) {
  give(job({0}, 20s));
  serve({created});
  pass(10s);
  script.parser_waits = true;
  give(job({0}, 20s));
  pass(19s);
  BOOST_TEST(!done.has_value());
  pass(1s);
  BOOST_TEST(reply() == "451 4.4.7 No time was left to send it");
}

BOOST_AUTO_TEST_SUITE_END()
