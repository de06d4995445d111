#include "net/http.hpp"
#include "net/http_session.hpp"
#include "test/net/loop_fixture.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>

#include <optional>
#include <thread>

using namespace stagepost::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

std::shared_ptr<stagepost::net::acceptor> loopback() {
  return std::get<0>(stagepost::net::acceptor::bind({"127.0.0.1", 0}));
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

struct fixture : loop_fixture {
  std::vector<http_request> seen;
  std::vector<http_responder> kept;
  bool keeps = false;
  std::shared_ptr<stagepost::net::acceptor> listening = loopback();
  std::optional<http_server> server;

  http_server::handler handler() {
    return [this](http_request x, http_responder answer) {
      seen.push_back(std::move(x));
      if (keeps)
        kept.push_back(std::move(answer));
      else
        answer({200, "text/plain", "hello " + seen.back().target});
    };
  }

  fixture() {
    server.emplace(loop, listening, handler());
  }

  tcp::socket call() {
    tcp::socket out{loop};
    out.connect(listening->local());
    return out;
  }

  /// All that comes back until the server closes.
  std::string converse(const std::string& text) {
    auto socket = call();
    std::string got;
    bool over = false;
    bool written = false;
    boost::asio::async_write(socket, boost::asio::buffer(text),
                             [&](error_code, std::size_t) { written = true; });
    boost::asio::async_read(socket, boost::asio::dynamic_buffer(got),
                            [&](error_code, std::size_t) { over = true; });
    BOOST_TEST(run_until([&] { return over; }));
    socket.close();
    BOOST_TEST(run_until([&] { return written; }));
    return got;
  }
};
} // namespace

BOOST_AUTO_TEST_SUITE(http)

BOOST_FIXTURE_TEST_CASE(a_request_gets_its_answer, fixture) {
  auto got = converse("POST /x?y=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
                      "Connection: close\r\n\r\nbody");
  BOOST_TEST(got.starts_with("HTTP/1.1 200 OK\r\n"), got);
  BOOST_TEST(has(got, "Content-Type: text/plain\r\n"), got);
  BOOST_TEST(got.ends_with("\r\n\r\nhello /x?y=1"), got);
  BOOST_REQUIRE(seen.size() == 1U);
  BOOST_TEST(seen[0].method == "POST");
  BOOST_TEST(seen[0].target == "/x?y=1");
  BOOST_TEST(seen[0].body == "body");
}

BOOST_FIXTURE_TEST_CASE(a_connection_is_kept_for_more, fixture) {
  auto got = converse("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n"
                      "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n"
                      "GET /3 HTTP/1.0\r\n\r\n");
  for (const auto* x : {"hello /1", "hello /2", "hello /3"})
    BOOST_TEST(has(got, x), got);
}

BOOST_FIXTURE_TEST_CASE(head_gives_headers_only, fixture) {
  auto got
    = converse("HEAD /1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  BOOST_TEST(has(got, "Content-Length: 8\r\n"), got);
  BOOST_TEST(got.ends_with("\r\n\r\n"), got);
  BOOST_REQUIRE(seen.size() == 1U);
  BOOST_TEST(seen[0].method == "HEAD");
}

BOOST_FIXTURE_TEST_CASE(a_client_that_asks_may_go_on, fixture) {
  auto got = converse("POST / HTTP/1.1\r\nExpect: 100-continue\r\n"
                      "Content-Length: 2\r\nConnection: close\r\n\r\nab");
  BOOST_TEST(got.starts_with("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200"), got);
}

BOOST_FIXTURE_TEST_CASE(bad_requests_get_their_codes, fixture) {
  const std::string mebibyte(1U << 20U, 'x');
  const struct {
    std::string request;
    const char* status;
  } table[] = {
    {"nonsense\r\n\r\n", "400"},
    {"GET / HTTP/1.1\r\nBad Header: x\r\n\r\n", "400"},
    {"POST / HTTP/1.1\r\nContent-Length: 1\r\n"
     "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
     "400"},
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n"
     "Content-Length: 1\r\n\r\n0\r\n\r\n",
     "400"},
    {"POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab",
     "400"},
    {"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "400"},
    {"POST / HTTP/1.1\r\nContent-Length: 1048577\r\n\r\n" + mebibyte + "x",
     "413"},
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"
     "0\r\n\r\n",
     "411"},
    // Its first three octets and the fourth one in pieces made Beast abort.
    {"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n", "411"},
    {"GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x') + "\r\n\r\n", "431"},
    {"GET /" + std::string(80'000, 'x') + " HTTP/1.1\r\n\r\n", "431"},
  };
  for (const auto& x : table) {
    auto got = converse(x.request);
    BOOST_TEST(got.starts_with("HTTP/1.1 " + std::string(x.status) + " "),
               x.request.substr(0, 80) << ": " << got);
  }
  BOOST_TEST(seen.empty());
  auto got = converse("POST / HTTP/1.1\r\nContent-Length: 1048576\r\n"
                      "Connection: close\r\n\r\n"
                      + mebibyte);
  BOOST_TEST(got.starts_with("HTTP/1.1 200 "), got.substr(0, 80));
}

BOOST_FIXTURE_TEST_CASE(an_answer_may_come_late_from_any_thread, fixture) {
  keeps = true;
  std::string got;
  std::jthread other;
  auto socket = call();
  boost::asio::write(socket, boost::asio::buffer("GET / HTTP/1.0\r\n\r\n", 18));
  BOOST_TEST(run_until([&] { return kept.size() == 1; }));
  other = std::jthread{[&] {
    kept[0]({200, "text/plain", "late"});
    kept[0]({200, "text/plain", "twice"});
  }};
  bool over = false;
  boost::asio::async_read(socket, boost::asio::dynamic_buffer(got),
                          [&](error_code, std::size_t) { over = true; });
  BOOST_TEST(run_until([&] { return over; }));
  BOOST_TEST(got.ends_with("late"), got);
}

BOOST_FIXTURE_TEST_CASE(a_dropped_request_is_answered_500, fixture) {
  keeps = true;
  auto socket = call();
  boost::asio::write(socket, boost::asio::buffer("GET / HTTP/1.0\r\n\r\n", 18));
  BOOST_TEST(run_until([&] { return kept.size() == 1; }));
  kept.clear();
  std::string got;
  bool over = false;
  boost::asio::async_read(socket, boost::asio::dynamic_buffer(got),
                          [&](error_code, std::size_t) { over = true; });
  BOOST_TEST(run_until([&] { return over; }));
  BOOST_TEST(got.starts_with("HTTP/1.1 500 "), got);
}

BOOST_FIXTURE_TEST_CASE(an_answer_to_a_server_that_is_gone_goes_nowhere,
                        fixture) {
  keeps = true;
  auto socket = call();
  boost::asio::write(socket, boost::asio::buffer("GET / HTTP/1.0\r\n\r\n", 18));
  BOOST_TEST(run_until([&] { return kept.size() == 1; }));
  server.reset();
  kept[0]({200, "text/plain", "late"});
  kept.clear();
  std::string got;
  bool over = false;
  boost::asio::async_read(socket, boost::asio::dynamic_buffer(got),
                          [&](error_code, std::size_t) { over = true; });
  BOOST_TEST(run_until([&] { return over; }));
  BOOST_TEST(got == "");
}

BOOST_FIXTURE_TEST_CASE(the_257th_connection_is_closed, fixture) {
  std::vector<tcp::socket> held;
  for (int i = 0; i < 256; ++i) {
    held.push_back(call());
    loop.poll();
    loop.restart();
  }
  run_for(20ms);
  BOOST_TEST(converse("GET / HTTP/1.0\r\n\r\n") == "");
  held.pop_back();
  run_for(20ms);
  BOOST_TEST(converse("GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200"));
}

BOOST_FIXTURE_TEST_CASE(a_slow_request_is_answered_408, fixture) {
  const struct {
    const char* sent;
    const char* answer;
  } table[] = {
    {"GET / HT", "HTTP/1.1 408 "},
    {"POST / HTTP/1.1\r\nContent-Length: 9\r\n\r\nab", "HTTP/1.1 408 "},
    {"", ""}, // nothing is asked, nothing to answer
  };
  tcp::acceptor peer{loop, {boost::asio::ip::address_v4::loopback(), 0}};
  for (const auto& x : table) {
    tcp::socket socket{loop};
    socket.connect(peer.local_endpoint());
    boost::asio::write(socket, boost::asio::buffer(std::string(x.sent)));
    auto gate = std::make_shared<http_gate>(loop);
    int ended = 0;
    auto session = std::make_shared<http_session>(
      http_session::socket{peer.accept()}, gate,
      std::make_shared<const http_server::handler>(handler()),
      [&](const std::shared_ptr<http_session>&) { ++ended; }, 50ms);
    session->start();
    std::string got;
    bool over = false;
    boost::asio::async_read(socket, boost::asio::dynamic_buffer(got),
                            [&](error_code, std::size_t) { over = true; });
    BOOST_TEST(run_until([&] { return over; }));
    BOOST_TEST((x.answer[0] == '\0' ? got.empty() : got.starts_with(x.answer)),
               got);
    socket.close();
    BOOST_TEST(run_until([&] { return ended == 1; }));
  }
  BOOST_TEST(seen.empty());
}

BOOST_FIXTURE_TEST_CASE(a_successor_serves_the_same_port, fixture) {
  server.reset();
  server.emplace(loop, listening, handler());
  BOOST_TEST(converse("GET / HTTP/1.0\r\n\r\n").starts_with("HTTP/1.1 200"));
}

BOOST_AUTO_TEST_SUITE_END()
