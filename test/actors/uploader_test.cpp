#include "mail/outlet/body_signature.hpp"
#include "uploader_fixture.hpp"

using namespace stagepost;
using namespace stagepost::test::uploaders;
using namespace std::chrono_literals;
using kind = outlet::verdict::kind;
using sign = upload::sign;

BOOST_FIXTURE_TEST_SUITE(uploader, with_platform)

BOOST_AUTO_TEST_CASE(a_mail_is_posted_and_its_answer_told) {
  outlet().http.headers = {{"Authorization", "Bearer x"}};
  reread();
  give(job({0, 1}));
  const auto x = serve({created}).at(0);
  BOOST_TEST(x.starts_with("POST /jobs?token=x HTTP/1.1\r\n"));
  BOOST_TEST(field(x, "Host").starts_with("platform.example:"));
  BOOST_TEST(field(x, "User-Agent") == "Stagepost");
  BOOST_TEST(field(x, "Authorization") == "Bearer x");
  BOOST_TEST(field(x, "Idempotency-Key") == to_string(queue::id{42}));
  BOOST_TEST(field(x, "Stagepost-Signature") == "");
  BOOST_TEST(field(x, "Content-Type").starts_with("multipart/form-data; "));
  BOOST_TEST(field(x, "Content-Length") == std::to_string(body(x).size()));
  BOOST_TEST(x.find("two@jobs.example") != std::string::npos);
  BOOST_TEST(x.find("three@jobs.example") == std::string::npos);
  BOOST_TEST(x.find("Print this") != std::string::npos);
  BOOST_TEST((done->platform == sign::alive));
  BOOST_TEST(reply(0) == "250 2.0.0 Job 17");
  BOOST_TEST(reply(1) == "250 2.0.0 Job 17");
  BOOST_TEST(done->verdicts.at(0).by.ends_with("/jobs"));
  BOOST_TEST(script.asked.at(0) == "platform.example");
}

BOOST_AUTO_TEST_CASE(a_user_agent_of_ones_own_replaces_ours) {
  outlet().http.headers = {{"user-agent", "Printer/1"}};
  reread();
  give(job());
  const auto x = serve({created}).at(0);
  BOOST_TEST(field(x, "user-agent") == "Printer/1");
  BOOST_TEST(field(x, "User-Agent") == "");
}

BOOST_AUTO_TEST_CASE(the_signature_covers_what_was_sent) {
  outlet().http.secret = "key";
  reread();
  give(job());
  const auto x = serve({created}).at(0);
  outlet::body_signature expected("key", 1'790'000'000);
  expected.take(body(x));
  BOOST_TEST(field(x, "Stagepost-Signature") == expected.field());
}

BOOST_AUTO_TEST_CASE(each_recipient_can_have_a_post_of_its_own) {
  outlet().http.per = config::http_platform::unit::recipient;
  reread();
  give(job({0, 2, 1}));
  const auto x = serve({created, refusal, trouble});
  BOOST_REQUIRE(x.size() == 3U);
  const auto id = to_string(queue::id{42});
  BOOST_TEST(field(x[0], "Idempotency-Key") == id + "-1");
  BOOST_TEST(field(x[1], "Idempotency-Key") == id + "-3");
  BOOST_TEST(field(x[2], "Idempotency-Key") == id + "-2");
  BOOST_TEST(x[1].find("three@jobs.example") != std::string::npos);
  BOOST_TEST(x[1].find("one@jobs.example") == std::string::npos);
  BOOST_TEST(reply(0) == "250 2.0.0 Job 17");
  BOOST_TEST(reply(1) == "550 5.7.1 No credit");
  BOOST_TEST(reply(2) == "451 4.4.1 The platform failed: it answered 500");
  BOOST_TEST((done->platform == sign::down));
  BOOST_TEST(script.parsed == 1U);
  BOOST_TEST(platform.connections() == 1U);
}

BOOST_AUTO_TEST_CASE(
  one_recipient_without_an_answer_is_not_the_next_one_s_fault) {
  outlet().http.per = config::http_platform::unit::recipient;
  reread();
  give(job({0, 1, 2}));
  BOOST_TEST(run_until([&] { return whole_request(); }));
  platform.server().got.clear();
  platform.server().link->abort();
  serve({created, created});
  BOOST_TEST(reply(0)
             == "451 4.4.1 The platform failed: the connection ended "
                "without an answer");
  BOOST_TEST(reply(1) == "250 2.0.0 Job 17");
  BOOST_TEST(reply(2) == "250 2.0.0 Job 17");
  BOOST_TEST(platform.connections() == 2U);
}

BOOST_AUTO_TEST_CASE(the_next_mail_goes_over_the_same_connection) {
  for (int i = 0; i < 3; ++i) {
    give(job());
    serve({created});
  }
  BOOST_TEST(platform.connections() == 1U);
  BOOST_TEST(script.asked.size() == 1U);
  BOOST_TEST(figures().connections == 1U);
  stop(who);
  BOOST_TEST(figures().connections == 0U);
}

BOOST_AUTO_TEST_CASE(a_connection_closed_meanwhile_is_replaced_silently) {
  give(job());
  serve({created});
  platform.server().got.clear();
  platform.server().link->abort(); // which the uploader has not heard of
  give(job());
  const auto x = serve({refusal});
  BOOST_TEST(x.size() == 1U);
  BOOST_TEST(reply() == "550 5.7.1 No credit");
  BOOST_TEST(platform.connections() == 2U);
  BOOST_TEST(script.asked.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_mail_that_can_not_be_read_is_never_posted) {
  script.why_not_parsed = "it has more than 1000 parts";
  give(job({0, 1}));
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply(1)
             == "554 5.6.0 The mail can't be read: it has more than 1000 "
                "parts");
  BOOST_TEST((done->platform == sign::none));
  BOOST_TEST((done->verdicts.at(0).what == kind::failed));
  BOOST_TEST(done->verdicts.at(0).tell_sender);
  BOOST_TEST(platform.connections() == 0U);
}

BOOST_AUTO_TEST_CASE(a_platform_without_an_address_is_down) {
  script.addresses.clear();
  give(job());
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply()
             == "451 4.4.1 The platform failed: its host has no address: no "
                "such domain");
  BOOST_TEST((done->platform == sign::down));
}

BOOST_AUTO_TEST_CASE(a_platform_that_refuses_connections_is_down) {
  script.addresses = {"127.0.0.9"};
  give(job());
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply()
             == "451 4.4.1 The platform failed: can't connect: Connection "
                "refused");
  BOOST_TEST((done->platform == sign::down));
}

BOOST_AUTO_TEST_CASE(who_can_not_be_reached_is_not_tried_for_each_recipient) {
  outlet().http.per = config::http_platform::unit::recipient;
  reread();
  script.addresses = {"127.0.0.9"};
  give(job({0, 1, 2}));
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(script.asked.size() == 1U);
  BOOST_TEST(reply(2).starts_with("451 4.4.1 "));
}

BOOST_AUTO_TEST_CASE(without_a_parser_it_says_so_for_now) {
  stop(std::exchange(parser, nullptr), caf::exit_reason::kill);
  parser = system.spawn(scripted_parser, &script);
  give(job());
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply() == "451 4.3.0 Try again later");
  BOOST_TEST(done->verdicts.at(0).for_now());
}

BOOST_AUTO_TEST_SUITE_END()
