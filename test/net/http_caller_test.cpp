#include "net/http_caller.hpp"
#include "test/net/http_platform.hpp"

#include <stdexcept>
#include <string>

using namespace stagepost::net;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(http_caller, http_platform_fixture)

BOOST_AUTO_TEST_CASE(a_post_is_answered) {
  what.fields = {{"Idempotency-Key", "01HV5PZ2K4X7D"}};
  const auto x = post("HTTP/1.1 201 Created\r\nContent-Type: text/plain\r\n"
                      "Content-Length: 5\r\n\r\nhello");
  BOOST_TEST(x.why == "");
  BOOST_TEST(x.status == 201U);
  BOOST_TEST(x.content_type == "text/plain");
  BOOST_TEST(x.body == "hello");
  BOOST_TEST(request()
             == "POST /jobs?from=mail HTTP/1.1\r\nHost: " + host_and_port()
                  + "\r\nIdempotency-Key: 01HV5PZ2K4X7D\r\n"
                    "Content-Length: 9\r\n\r\nsome mail");
}

BOOST_AUTO_TEST_CASE(answers_of_every_form_are_read) {
  const struct {
    const char* answer;
    bool closes;
    unsigned status;
    const char* body;
  } table[] = {
    {"HTTP/1.1 204 No Content\r\n\r\n", false, 204, ""},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
     "3\r\none\r\n4;x=y\r\n two\r\n0\r\nTrailer: x\r\n\r\n",
     false, 200, "one two"},
    {"HTTP/1.1 200 OK\r\n\r\nuntil the end", true, 200, "until the end"},
    {"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok", true, 200, "ok"},
    {"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", false, 204,
     ""},
    {"HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n"
     "HTTP/1.1 100 Continue\r\n\r\n"
     "HTTP/1.1 422 No\r\nContent-Length: 2\r\n\r\nno",
     false, 422, "no"},
    {"HTTP/1.1 301 Moved\r\nLocation: http://127.0.0.1/\r\n"
     "Content-Length: 0\r\n\r\n",
     false, 301, ""},
    {"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", false, 101, ""},
    {"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore", false, 200, ""},
  };
  for (const auto& x : table) {
    forget();
    const auto reply = post(x.answer, x.closes);
    BOOST_TEST(reply.why == "");
    BOOST_TEST(reply.status == x.status);
    BOOST_TEST(reply.body == x.body);
  }
}

BOOST_AUTO_TEST_CASE(anything_else_is_no_answer) {
  what.most_header = 1000;
  what.most_body = 100;
  const auto many = [] {
    std::string out;
    for (int i = 0; i < 17; ++i)
      out += "HTTP/1.1 100 Continue\r\n\r\n";
    return out;
  };
  const struct {
    std::string answer;
    const char* why;
  } table[] = {
    {"220 mx.example ESMTP\r\n", "no HTTP answer: bad version"},
    {"HTTP/1.1 two OK\r\n\r\n", "no HTTP answer: bad status"},
    {"HTTP/1.1 200 OK\r\nno field\r\n\r\n", "no HTTP answer: bad field"},
    {"HTTP/1.1 200 OK\r\nContent-Length: x\r\n\r\n",
     "no HTTP answer: bad Content-Length"},
    {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
     "no HTTP answer: bad chunk"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 101\r\n\r\n" + std::string(101, 'x'),
     "no HTTP answer: body limit exceeded"},
    {"HTTP/1.1 200 OK\r\n\r\n" + std::string(101, 'x'),
     "no HTTP answer: body limit exceeded"},
    {"HTTP/1.1 200 OK\r\nX: " + std::string(1100, 'x'),
     "no HTTP answer: header limit exceeded"},
    {many(), "no end of interim answers"},
  };
  for (const auto& x : table) {
    forget();
    const auto reply = post(x.answer);
    BOOST_TEST(reply.status == 0U);
    BOOST_TEST(reply.why == x.why);
    BOOST_TEST(!reply.stale);
  }
}

BOOST_AUTO_TEST_CASE(half_an_answer_is_none) {
  for (const char* half : {"H", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n",
                           "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf",
                           "HTTP/1.1 100 Continue\r\n\r\n"}) {
    forget();
    const auto reply = post(half, true);
    BOOST_TEST(reply.status == 0U);
    BOOST_TEST(reply.why == "the connection ended amid the answer");
  }
  forget();
  what.keep_alive = true;
  start();
  BOOST_TEST(run_until([&] { return has_request(); }));
  server().link->abort();
  BOOST_TEST(finish().why == "the connection ended without an answer");
}

BOOST_AUTO_TEST_CASE(it_does_not_wait_for_ever) {
  what.time_limit = 300ms;
  BOOST_TEST(post("").why == "no answer within 1 s");
  forget();
  BOOST_TEST(post("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n1").why
             == "no answer within 1 s");
}

BOOST_AUTO_TEST_CASE(a_body_is_read_only_as_fast_as_the_server_takes_it) {
  reads_on = false;
  auto body = std::make_shared<counted>(64U << 20U);
  what.body = body;
  start();
  BOOST_TEST(run_until([&] { return connections() == 1U; }));
  run_for(100ms);
  const auto before = body->given();
  BOOST_TEST(before < 16U << 20U);
  BOOST_TEST(body->largest() <= 64U << 10U);
  reads_on = true;
  server().reads_on = true;
  server().link->want_input();
  drops = true;
  BOOST_TEST(run_until([&] { return body->given() == 64U << 20U; }));
  say(no_content);
  BOOST_TEST(finish().status == 204U);
}

BOOST_AUTO_TEST_CASE(a_refusal_while_we_send_ends_the_sending) {
  reads_on = false;
  auto body = std::make_shared<counted>(64U << 20U);
  what.body = body;
  start();
  BOOST_TEST(run_until([&] { return connections() == 1U; }));
  say("HTTP/1.1 413 Too Large\r\nContent-Length: 3\r\n\r\nbig");
  const auto x = finish();
  BOOST_TEST(x.status == 413U);
  BOOST_TEST(x.body == "big");
  BOOST_TEST(body->given() < 64U << 20U);
  BOOST_TEST(!caller->holds(what.peer));
}

BOOST_AUTO_TEST_CASE(a_refusal_is_heard_even_if_the_server_resets) {
  reads_on = false;
  what.body = std::make_shared<counted>(64U << 20U);
  start();
  BOOST_TEST(run_until([&] { return connections() == 1U; }));
  run_for(20ms);
  server().link->write("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
  server().link->abort();
  BOOST_TEST(finish().status == 413U);
}

BOOST_AUTO_TEST_CASE(an_early_acceptance_counts_when_all_was_taken) {
  reads_on = false;
  what.body = std::make_shared<counted>(8U << 20U);
  start();
  BOOST_TEST(run_until([&] { return connections() == 1U; }));
  say(no_content);
  run_for(50ms);
  BOOST_TEST(!got.has_value());
  drops = true;
  server().reads_on = true;
  server().link->want_input();
  BOOST_TEST(finish().status == 204U);
}

BOOST_AUTO_TEST_CASE(an_early_acceptance_that_closes_is_none) {
  reads_on = false;
  what.body = std::make_shared<counted>(64U << 20U);
  start();
  BOOST_TEST(run_until([&] { return connections() == 1U; }));
  server().link->write(no_content);
  server().link->abort();
  BOOST_TEST(finish().why == "it answered 204 before it had everything");
}

BOOST_AUTO_TEST_CASE(a_body_that_can_not_be_read_is_told) {
  what.body = std::make_shared<counted>(1000, 10);
  start();
  const auto x = finish();
  BOOST_TEST(x.why == "what is to be sent is shorter than it was");
  BOOST_TEST(x.ours);
  struct broken : counted {
    broken() : counted(10) {
    }
    std::size_t read(std::span<char>) override {
      throw std::runtime_error("Input/output error");
    }
  };
  what.body = std::make_shared<broken>();
  start();
  BOOST_TEST(finish().why
             == "can't read what is to be sent: Input/output error");
}

BOOST_AUTO_TEST_CASE(a_dead_address_is_followed_by_the_next) {
  what.addresses = {"127.0.0.9", "127.0.0.1"};
  BOOST_TEST(post(no_content).status == 204U);
  forget();
  what.addresses = {"127.0.0.9"};
  start();
  BOOST_TEST(finish().why == "can't connect: Connection refused");
  what.addresses = {};
  start();
  BOOST_TEST(finish().why == "it has no address");
}

BOOST_AUTO_TEST_CASE(letting_go_ends_a_call_unanswered) {
  start();
  BOOST_TEST(run_until([&] { return has_request(); }));
  caller.reset();
  BOOST_TEST(*open == 0U);
  BOOST_TEST(run_until([&] { return server().closed == 1; }));
  BOOST_TEST(!got.has_value());
}

BOOST_AUTO_TEST_SUITE_END()
