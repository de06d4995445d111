#include "net/https_get.hpp"
#include "test/net/loop_fixture.hpp"
#include "test/net/tls_contexts.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <optional>
#include <string>

using namespace stagepost::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

constexpr auto host = "mta-sts.stagepost.example";

const stagepost::config::certificate& shown() {
  static const auto once
    = make_certificate(test_contexts().folder, "https", "x",
                       std::string("-addext subjectAltName=DNS:") + host);
  return once;
}

/// A server that answers one request with what the test says.
struct fixture : loop_fixture {
  tcp::acceptor door{loop, {boost::asio::ip::address_v4::loopback(), 0}};
  witness server;
  https_file file{host,
                  {"127.0.0.1"},
                  door.local_endpoint().port(),
                  "/.well-known/mta-sts.txt",
                  100,
                  5s};
  std::string authorities = shown().certificate;

  /// @param closes  After the answer, as HTTP/1.0 servers do.
  https_answer get(const std::string& answer, bool closes = false) {
    stagepost::config::tls_section section;
    section.certificates = {shown()};
    auto context = made_context(section);
    door.async_accept([&](error_code ec, tcp::socket s) {
      if (ec)
        return;
      server.watch(connection::make(std::move(s)));
      server.link->accept_tls(context, [this](error_code e) {
        if (!e)
          server.link->want_input();
      });
    });
    std::optional<https_answer> got;
    auto client = stagepost::net::tls_context::client(authorities);
    https_get(loop, std::get<0>(client), file,
              [&](https_answer x) { got = std::move(x); });
    BOOST_TEST(!got.has_value());
    bool answered = answer.empty();
    BOOST_TEST(run_until([&] {
      if (!answered && server.got.ends_with("\r\n\r\n")) {
        answered = true;
        server.link->write(answer);
        if (closes)
          server.link->finish();
      }
      return got.has_value();
    }));
    door.cancel();
    run_for(1ms);
    return got.value_or(https_answer{"", "nothing"});
  }
};

std::string good(const std::string& text) {
  return "HTTP/1.1 200 OK\r\nContent-Type: Text/Plain; charset=utf-8\r\n"
         "Content-Length: "
         + std::to_string(text.size()) + "\r\n\r\n" + text;
}

} // namespace

BOOST_FIXTURE_TEST_SUITE(https_get, fixture)

BOOST_AUTO_TEST_CASE(a_text_is_fetched) {
  const auto x = get(good("version: STSv1\n"));
  BOOST_TEST(x.why == "");
  BOOST_TEST(x.text == "version: STSv1\n");
  BOOST_TEST(server.got.starts_with("GET /.well-known/mta-sts.txt HTTP/1.1\r\n"
                                    "Host: mta-sts.stagepost.example:"),
             server.got);
}

BOOST_AUTO_TEST_CASE(a_text_may_come_in_chunks) {
  const auto x = get(
    "HTTP/1.1 200 OK\r\ncontent-type:text/plain\r\n"
    "Transfer-Encoding: chunked\r\n\r\n3\r\none\r\n4\r\n two\r\n0\r\n\r\n");
  BOOST_TEST(x.text == "one two", x.why);
}

BOOST_AUTO_TEST_CASE(a_text_may_end_with_the_connection) {
  const auto x
    = get("HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nwhole", true);
  BOOST_TEST(x.text == "whole", x.why);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_dead_is_followed_by_the_next) {
  file.addresses = {"127.0.0.9", "127.0.0.1"};
  BOOST_TEST(get(good("x")).text == "x");
}

BOOST_AUTO_TEST_CASE(anything_but_a_text_is_refused) {
  const struct {
    std::string answer;
    const char* why;
  } table[] = {
    {"HTTP/1.1 301 Moved\r\nLocation: https://a/\r\nContent-Length: 0\r\n\r\n",
     "the answer is 301"},
    {"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
     "the answer is 404"},
    {"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1\r\n\r\nx",
     "the answer is no text/plain"},
    {"HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx",
     "the answer is no text/plain"},
    {good(std::string(101, 'x')), "no HTTP answer: body limit exceeded"},
    {"HTTP/1.1 200 OK\r\nX: " + std::string(10'000, 'x'),
     "no HTTP answer: header limit exceeded"},
    {"220 mx.example ESMTP\r\n", "no HTTP answer: bad version"},
  };
  for (const auto& x : table) {
    server = {};
    const auto got = get(x.answer);
    BOOST_TEST(got.text == "");
    BOOST_TEST(got.why == x.why);
  }
}

BOOST_AUTO_TEST_CASE(half_a_text_is_none) {
  const auto x = get("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n"
                     "Content-Length: 10\r\n\r\nhalf",
                     true);
  BOOST_TEST(x.why == "the connection ended amid the answer");
}

BOOST_AUTO_TEST_CASE(a_host_that_can_not_be_verified_is_refused) {
  file.host = "mta-sts.other.example";
  BOOST_TEST(get("").why == "TLS failed: hostname mismatch");
  file.host = host;
  authorities = test_contexts().section.certificates[0].certificate;
  BOOST_TEST(get("").why == "TLS failed: self-signed certificate");
}

BOOST_AUTO_TEST_CASE(it_does_not_wait_for_ever) {
  file.time_limit = 1s;
  BOOST_TEST(get("").why == "no answer within 1 s");
}

BOOST_AUTO_TEST_CASE(without_an_address_there_is_nothing_to_fetch) {
  file.addresses.clear();
  BOOST_TEST(get("").why == "it has no address");
}

BOOST_AUTO_TEST_SUITE_END()
