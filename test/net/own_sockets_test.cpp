#include "net/own_sockets.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using sockets = std::vector<std::shared_ptr<net::acceptor>>;

namespace {

std::shared_ptr<net::acceptor> bound(const std::string& address) {
  auto x = net::acceptor::bind({address, 0});
  BOOST_TEST_REQUIRE(x.index() == 0U);
  return std::get<0>(std::move(x));
}

} // namespace

BOOST_AUTO_TEST_SUITE(own_sockets)

BOOST_AUTO_TEST_CASE(one_address_is_itself) {
  const auto x = bound("127.0.0.1");
  const auto port = x->local().port();
  const sockets own{nullptr, x};
  BOOST_TEST(net::is_own_socket("127.0.0.1", port, own));
  BOOST_TEST(net::is_own_socket("::ffff:127.0.0.1", port, own));
  BOOST_TEST(net::is_own_socket("0.0.0.0", port, own));
  const auto other = static_cast<std::uint16_t>(port ^ 1U);
  BOOST_TEST(!net::is_own_socket("127.0.0.1", other, own));
  for (const auto* address : {"127.0.0.2", "::1", "192.0.2.1", "", "mx.x.org"})
    BOOST_TEST(!net::is_own_socket(address, port, own));
  BOOST_TEST(!net::is_own_socket("127.0.0.1", port, {}));
}

BOOST_AUTO_TEST_CASE(all_addresses_are_those_of_this_machine) {
  const auto x = bound("0.0.0.0");
  const auto port = x->local().port();
  const sockets own{x};
  BOOST_TEST(net::is_own_socket("127.0.0.1", port, own));
  BOOST_TEST(net::is_own_socket("127.9.9.9", port, own));
  BOOST_TEST(!net::is_own_socket("192.0.2.1", port, own));
  BOOST_TEST(!net::is_own_socket("::1", port, own)); // takes IPv4 alone
}

BOOST_AUTO_TEST_SUITE_END()
