#include "actors/guards/client_key.hpp"

#include "actors/guards/keyed_hash.hpp"

#include <array>

namespace stagepost {

client_key::client_key(const config::ip_address& x) noexcept
  : family_(x.v6 ? family::v6 : family::v4) {
  const std::size_t counted = x.v6 ? 8 : 4;
  std::array<char, 9> named{static_cast<char>(family_)};
  for (std::size_t i = 0; i < counted; ++i) {
    network_ = network_ << 8U | x.octets[i];
    named[1 + i] = static_cast<char>(x.octets[i]);
  }
  hash_ = keyed_hash({named.data(), 1 + counted});
}

client_key::client_key(std::string_view address) {
  if (const auto x = config::parse_ip(address))
    *this = client_key{*x};
}

std::string client_key::text() const {
  if (family_ == family::none)
    return "unknown";
  const bool v6 = family_ == family::v6;
  config::ip_address x{.v6 = v6};
  const std::size_t counted = v6 ? 8 : 4;
  for (std::size_t i = 0; i < counted; ++i)
    x.octets[i]
      = static_cast<std::uint8_t>(network_ >> (8 * (counted - 1 - i)));
  return config::to_string(x) + (v6 ? "/64" : "");
}

} // namespace stagepost
