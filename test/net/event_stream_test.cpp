#include "net/event_stream.hpp"
#include "net/http.hpp"
#include "test/net/certificates.hpp"
#include "test/net/loop_fixture.hpp"

#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/streambuf.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <memory>
#include <string>

using namespace stagepost::net;
using namespace std::chrono_literals;

namespace {

/// A server on a Unix socket whose every answer is one stream.
struct with_a_server : loop_fixture {
  temporary_folder folder;
  std::string path = folder.path("control");
  std::shared_ptr<event_stream> stream
    = std::make_shared<event_stream>(1000, ": too slow\n\n");
  std::unique_ptr<http_server> server = std::make_unique<http_server>(
    loop, path, [this](http_request, http_responder answer) {
      http_response x;
      x.content_type = "text/event-stream";
      x.stream = stream;
      answer(x);
    });
  boost::asio::local::stream_protocol::socket client{loop};
  std::string heard;
  bool closed = false;

  void read() {
    client.async_read_some(boost::asio::buffer(octets_),
                           [this](auto ec, std::size_t n) {
                             heard.append(octets_.data(), n);
                             closed = static_cast<bool>(ec);
                             if (!closed)
                               read();
                           });
  }

  void ask(const std::string& method = "GET") {
    client.connect(boost::asio::local::stream_protocol::endpoint{path});
    boost::asio::write(
      client,
      boost::asio::buffer(method + " /events HTTP/1.1\r\nHost: x\r\n\r\n"));
  }

  bool hears(const std::string& text) {
    return run_until([&] { return heard.find(text) != std::string::npos; });
  }

private:
  std::array<char, 4096> octets_{};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(event_stream, with_a_server)

BOOST_AUTO_TEST_CASE(a_client_gets_what_is_pushed_until_the_end) {
  ask();
  read();
  BOOST_TEST(hears("Content-Type: text/event-stream\r\n"));
  BOOST_TEST(stream->push("data: 1\n\n"));
  BOOST_TEST(hears("data: 1\n\n"));
  BOOST_TEST(stream->push("data: 2\n\n"));
  stream->end();
  BOOST_TEST(hears("data: 2\n\n"));
  BOOST_TEST(run_until([&] { return closed; }));
  BOOST_TEST(!stream->push("data: 3\n\n"));
}

BOOST_AUTO_TEST_CASE(what_was_pushed_before_the_client_came_is_sent) {
  stream->push("data: early\n\n");
  ask();
  read();
  BOOST_TEST(hears("data: early\n\n"));
}

BOOST_AUTO_TEST_CASE(a_client_that_goes_ends_the_stream) {
  ask();
  read();
  BOOST_TEST(hears("\r\n\r\n"));
  client.shutdown(boost::asio::local::stream_protocol::socket::shutdown_both);
  BOOST_TEST(run_until([&] { return stream->ended(); }));
}

BOOST_AUTO_TEST_CASE(a_server_that_goes_ends_the_stream) {
  ask();
  read();
  BOOST_TEST(hears("\r\n\r\n"));
  server.reset();
  BOOST_TEST(stream->ended());
}

BOOST_AUTO_TEST_CASE(who_pushes_never_waits_for_a_slow_client) {
  bool taken = true;
  for (int i = 0; i < 12 && taken; ++i) // nobody reads
    taken = stream->push(std::string(99, 'x') + '\n');
  BOOST_TEST(!taken);
  BOOST_TEST(stream->ended());
  const auto rest = stream->take();
  BOOST_TEST(rest.size() < 1100U);
  BOOST_TEST(rest.ends_with(": too slow\n\n"));
  BOOST_TEST(stream->over());
}

BOOST_AUTO_TEST_CASE(a_head_gets_no_stream) {
  ask("HEAD");
  read();
  BOOST_TEST(hears("\r\n\r\n"));
  BOOST_TEST(run_until([&] { return closed; }));
}

BOOST_AUTO_TEST_SUITE_END()
