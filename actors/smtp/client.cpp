#include "actors/smtp/client.hpp"

#include <algorithm>

namespace stagepost {

namespace {

std::string text_of(const boost::asio::ip::address& x) {
  if (x.is_v6() && x.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped,
                                            x.to_v6())
      .to_string();
  return x.to_string();
}

} // namespace

std::string client_address(const net::connection& peer) {
  return text_of(peer.remote().address());
}

std::string arrival_address(const net::connection& peer) {
  return text_of(peer.local().address());
}

bool is_among(const std::vector<config::network>& networks,
              const std::string& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const auto& x) { return x.contains(address); });
}

} // namespace stagepost
