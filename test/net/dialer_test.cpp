#include "net/dialer.hpp"
#include "test/net/loop_fixture.hpp"

#include <boost/asio/error.hpp>
#include <boost/asio/read.hpp>

using namespace stagepost::net;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

struct fixture : loop_fixture {
  tcp::acceptor peer{loop, {boost::asio::ip::address_v4::loopback(), 0}};
  int answers = 0;
  std::shared_ptr<stagepost::net::connection> link;
  error_code why;

  bool dial_to(const std::string& address, std::uint16_t port,
               const std::string& from = {},
               std::chrono::steady_clock::duration limit = 5s) {
    dial(loop, address, port, from, limit, [this](auto x, error_code ec) {
      ++answers;
      link = std::move(x);
      why = ec;
    });
    BOOST_TEST(answers == 0, "no answer comes from within the call");
    return run_until([this] { return answers == 1; });
  }
  std::uint16_t port() {
    return peer.local_endpoint().port();
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(dialer)

BOOST_FIXTURE_TEST_CASE(it_connects, fixture) {
  BOOST_TEST(dial_to("127.0.0.1", port()));
  BOOST_REQUIRE(link);
  BOOST_TEST(link->remote() == peer.local_endpoint());
  link->write("hello");
  auto socket = peer.accept();
  char got[5] = {};
  boost::asio::read(socket, boost::asio::buffer(got));
  BOOST_TEST(std::string(got, 5) == "hello");
}

BOOST_FIXTURE_TEST_CASE(it_leaves_from_the_address_it_is_told, fixture) {
  BOOST_TEST(dial_to("127.0.0.1", port(), "127.0.0.7"));
  BOOST_REQUIRE(link);
  BOOST_TEST(peer.accept().remote_endpoint().address().to_string()
             == "127.0.0.7");
}

BOOST_FIXTURE_TEST_CASE(a_refusal_is_an_error, fixture) {
  auto closed = port();
  peer.close();
  BOOST_TEST(dial_to("127.0.0.1", closed));
  BOOST_TEST(!link);
  BOOST_TEST(why == make_error_code(boost::asio::error::connection_refused));
}

BOOST_FIXTURE_TEST_CASE(a_silent_peer_takes_the_time_limit, fixture) {
  // A full backlog drops what comes: nobody answers the SYN.
  tcp::acceptor full{loop};
  full.open(tcp::v4());
  full.bind({boost::asio::ip::address_v4::loopback(), 0});
  full.listen(0);
  std::vector<tcp::socket> filling;
  for (int i = 0; i < 4; ++i)
    filling.emplace_back(loop).async_connect(full.local_endpoint(),
                                             [](error_code) {});
  run_for(20ms);
  BOOST_TEST(dial_to("127.0.0.1", full.local_endpoint().port(), {}, 50ms));
  BOOST_TEST(why == make_error_code(boost::asio::error::timed_out));
}

BOOST_FIXTURE_TEST_CASE(what_cannot_be_dialled_says_why, fixture) {
  struct {
    const char* address;
    const char* from;
    error_code why;
  } const table[] = {
    {"mx.example", "", boost::asio::error::invalid_argument},
    {"127.0.0.1", "::1", boost::asio::error::address_family_not_supported},
    {"127.0.0.1", "nonsense", boost::asio::error::invalid_argument},
    {"127.0.0.1", "192.0.2.1",
     error_code{EADDRNOTAVAIL, boost::system::system_category()}},
  };
  for (const auto& x : table) {
    answers = 0;
    BOOST_TEST(dial_to(x.address, port(), x.from));
    BOOST_TEST(!link);
    BOOST_TEST(why == x.why);
  }
}

BOOST_AUTO_TEST_SUITE_END()
