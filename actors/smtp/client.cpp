#include "actors/smtp/client.hpp"

#include <algorithm>

namespace stagepost {

std::string client_address(const net::connection& peer) {
  const auto address = peer.remote().address();
  if (address.is_v6() && address.to_v6().is_v4_mapped())
    return boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped,
                                            address.to_v6())
      .to_string();
  return address.to_string();
}

bool is_among(const std::vector<config::network>& networks,
              const std::string& address) {
  return std::any_of(networks.begin(), networks.end(),
                     [&](const auto& x) { return x.contains(address); });
}

} // namespace stagepost
