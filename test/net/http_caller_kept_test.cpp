#include "net/http_caller.hpp"
#include "test/net/http_platform.hpp"

#include <boost/asio/post.hpp>

using namespace stagepost::net;
using namespace std::chrono_literals;

BOOST_FIXTURE_TEST_SUITE(http_caller_kept, http_platform_fixture)

BOOST_AUTO_TEST_CASE(a_connection_is_used_again) {
  post(no_content);
  BOOST_TEST(caller->holds(what.peer));
  BOOST_TEST(*open == 1U);
  post(no_content);
  BOOST_TEST(connections() == 1U);
  what.peer.host = "localhost";
  BOOST_TEST(!caller->holds(what.peer));
  post(no_content);
  BOOST_TEST(connections() == 2U);
  BOOST_TEST(*open == 1U);
  caller.reset();
  BOOST_TEST(*open == 0U);
}

BOOST_AUTO_TEST_CASE(a_connection_that_is_not_to_be_kept_is_not) {
  for (const char* answer :
       {"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\nmore"}) {
    BOOST_TEST(post(answer).status == 200U);
    BOOST_TEST(!caller->holds(what.peer), answer);
    BOOST_TEST(*open == 0U);
  }
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_is_closed_is_let_go) {
  post(no_content);
  server().link->finish();
  BOOST_TEST(run_until([&] { return !caller->holds(what.peer); }));
  BOOST_TEST(post(no_content).status == 204U);
  BOOST_TEST(connections() == 2U);
}

BOOST_AUTO_TEST_CASE(what_a_kept_connection_says_unasked_ends_it) {
  post(no_content);
  server().link->write("HTTP/1.1 408 Request Timeout\r\n\r\n");
  BOOST_TEST(run_until([&] { return !caller->holds(what.peer); }));
}

BOOST_AUTO_TEST_CASE(a_kept_connection_that_was_closed_meanwhile_is_stale) {
  post(no_content);
  server().got.clear();
  server().link->abort(); // and nobody has noticed yet
  what.body = some("some mail");
  got.reset();
  caller->call(what, [&](http_answer x) { got = std::move(x); });
  const auto x = finish();
  BOOST_TEST(x.stale);
  BOOST_TEST(x.status == 0U);
  BOOST_TEST(post(no_content).status == 204U);
}

BOOST_AUTO_TEST_CASE(a_408_that_crosses_a_request_is_no_answer_to_it) {
  const struct {
    const char* answer;
    bool closes;
  } table[] = {
    {"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\n"
     "Content-Length: 0\r\n\r\n",
     false},
    {"HTTP/1.0 408 Request Timeout\r\n\r\nYou took too long", true},
  };
  for (const auto& [answer, closes] : table) {
    forget();
    post(no_content);
    const auto x = post(answer, closes);
    BOOST_TEST(x.stale);
    BOOST_TEST(x.status == 0U);
    BOOST_TEST(!caller->holds(what.peer));
    // Over a fresh connection it is one.
    const auto y = post(answer, closes);
    BOOST_TEST(!y.stale);
    BOOST_TEST(y.status == 408U);
  }
}

BOOST_AUTO_TEST_CASE(a_408_that_keeps_the_connection_is_an_answer) {
  post(no_content);
  const auto x = post("HTTP/1.1 408 Busy\r\nContent-Length: 0\r\n\r\n");
  BOOST_TEST(!x.stale);
  BOOST_TEST(x.status == 408U);
}

BOOST_AUTO_TEST_CASE(what_was_said_before_the_request_is_no_answer_to_it) {
  // The second is heard of before the caller has its turn to send.
  for (const bool at_once : {true, false}) {
    forget();
    post(no_content);
    server().got.clear();
    server().link->write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
    got.reset();
    const auto begin = [this] {
      caller->call(what, [this](http_answer x) { got = std::move(x); });
    };
    if (at_once)
      begin();
    else
      boost::asio::post(loop, begin);
    const auto x = finish();
    BOOST_TEST(x.stale);
    BOOST_TEST(x.status == 0U);
    BOOST_TEST(x.why == "it spoke before it was asked");
    run_for(5ms); // nothing is sent for a call that is over
    BOOST_TEST(server().got == "");
    BOOST_TEST(post(no_content).status == 204U);
  }
}

BOOST_AUTO_TEST_CASE(what_has_begun_to_answer_is_not_stale) {
  post(no_content);
  const auto x = post("HTTP/1.1 2", true);
  BOOST_TEST(connections() == 1U);
  BOOST_TEST(!x.stale);
  BOOST_TEST(x.why == "the connection ended amid the answer");
}

BOOST_AUTO_TEST_CASE(a_fresh_connection_is_never_stale) {
  start();
  BOOST_TEST(run_until([&] { return has_request(); }));
  server().link->finish();
  const auto x = finish();
  BOOST_TEST(!x.stale);
  BOOST_TEST(x.why == "the connection ended without an answer");
}

BOOST_AUTO_TEST_SUITE_END()
