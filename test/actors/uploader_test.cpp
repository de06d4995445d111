#include "actors/outlets/uploader.hpp"
#include "mail/mime/mail_parser.hpp"
#include "mail/outlet/body_signature.hpp"
#include "outlet_fixture.hpp"
#include "test/net/http_platform.hpp"

#include <optional>

using namespace stagepost;
using namespace std::chrono_literals;
using kind = outlet::verdict::kind;
using sign = upload::sign;

namespace {

struct answers {
  std::string why_not_parsed; ///< "" = parse.
  std::vector<std::string> addresses{"127.0.0.1"};
  std::vector<std::string> asked; ///< Hosts.
  std::size_t parsed = 0;
};

parser_actor::behavior_type scripted_parser(parser_actor::pointer /*self*/,
                                            answers* x) {
  return {[x](parse_atom, const local<const content>& body) {
    ++x->parsed;
    auto out = mime::parse_mail(*body);
    out.why = x->why_not_parsed;
    return make_local<const mime::parse_result>(std::move(out));
  }};
}

resolver_actor::behavior_type
scripted_resolver(resolver_actor::pointer /*self*/, answers* x) {
  return {[](mx_atom, const std::string&) { return mx_hosts{}; },
          [x](host_atom, const std::string& host) {
            x->asked.push_back(host);
            host_addresses out;
            out.addresses = x->addresses;
            out.why = "no such domain";
            return out;
          },
          [](tlsa_atom, const tlsa_question&) { return tlsa_records{}; },
          [](text_atom, const std::string&) { return text_records{}; }};
}

/// An uploader on the loop of its platform.
struct fixture : test::outlet_fixture {
  net::http_platform_fixture platform;
  answers script;
  parser_actor parser;
  resolver_actor resolver;
  uploader_actor who;
  std::optional<upload> done;

  fixture() {
    outlet().http.url = "http://platform.example:"
                        + std::to_string(platform.door.local_endpoint().port())
                        + "/jobs?token=x";
    reread();
    here().now = [] { return queue::time_point{1'790'000'000s}; };
    parser = system.spawn(scripted_parser, &script);
    here().parser.set(parser);
    resolver = system.spawn(scripted_resolver, &script);
    here().resolver.set(resolver);
    who = system.spawn(uploader, &platform.loop, &here(), "jobs",
                       "outlets/jobs/uploader-1");
    settle();
  }
  ~fixture() {
    stop(std::exchange(who, nullptr), caf::exit_reason::kill);
    stop(std::exchange(parser, nullptr), caf::exit_reason::kill);
    stop(std::exchange(resolver, nullptr), caf::exit_reason::kill);
  }

  template <class Condition>
  bool run_until(Condition x) {
    return platform.run_until([&] {
      settle();
      return x();
    });
  }

  void give(const local<const outlet_job>& x) {
    done.reset();
    ask_later(
      who, deliver_atom_v, x,
      [this](const local<const upload>& y) { done = *y; },
      [](const caf::error&) {});
  }

  /// The requests that came, one answered after the other.
  std::vector<std::string> serve(const std::vector<std::string>& replies) {
    std::vector<std::string> out;
    for (const auto& x : replies) {
      BOOST_TEST(run_until([&] { return done || whole_request(); }));
      if (done)
        break;
      out.push_back(std::exchange(platform.server().got, {}));
      platform.say(x);
    }
    BOOST_TEST(run_until([&] { return done.has_value(); }));
    return out;
  }

  /// Every form ends with its last delimiter.
  bool whole_request() {
    return platform.connections() > 0
           && platform.server().got.ends_with("--\r\n");
  }

  static std::string field(const std::string& request,
                           const std::string& name) {
    const auto begin = request.find("\r\n" + name + ": ");
    if (begin == std::string::npos)
      return {};
    const auto from = begin + name.size() + 4;
    return request.substr(from, request.find("\r\n", from) - from);
  }
  static std::string body(const std::string& request) {
    return request.substr(request.find("\r\n\r\n") + 4);
  }
  std::string reply(std::size_t i = 0) {
    return done && i < done->verdicts.size()
             ? to_string(done->verdicts[i].reply)
             : "none";
  }
};

const std::string created
  = "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\n"
    "Content-Length: 20\r\n\r\n{\"message\":\"Job 17\"}";
const std::string refusal = "HTTP/1.1 422 No\r\nContent-Type: text/plain\r\n"
                            "Content-Length: 9\r\n\r\nNo credit";
const std::string trouble = "HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n";

} // namespace

BOOST_FIXTURE_TEST_SUITE(uploader, fixture)

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

BOOST_AUTO_TEST_CASE(without_a_parser_it_says_so_for_now) {
  stop(std::exchange(parser, nullptr), caf::exit_reason::kill);
  parser = system.spawn(scripted_parser, &script);
  give(job());
  BOOST_TEST(run_until([&] { return done.has_value(); }));
  BOOST_TEST(reply() == "451 4.3.0 Try again later");
  BOOST_TEST(done->verdicts.at(0).for_now());
}

BOOST_AUTO_TEST_SUITE_END()
