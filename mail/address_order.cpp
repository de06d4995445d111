#include "mail/address_order.hpp"

#include "mail/random_order.hpp"

#include <algorithm>
#include <iterator>

namespace stagepost {

namespace {

bool is_v6(const std::string& address) {
  return address.find(':') != std::string::npos;
}

} // namespace

std::vector<std::string> order_addresses(std::vector<std::string> addresses,
                                         address_preference wanted,
                                         std::size_t most, std::uint64_t seed) {
  using preference = address_preference;
  // From one known order, so that it is the seed alone that chooses.
  std::sort(addresses.begin(), addresses.end());
  addresses.erase(std::unique(addresses.begin(), addresses.end()),
                  addresses.end());
  if (wanted == preference::ipv6_only)
    std::erase_if(addresses, [](const auto& x) { return !is_v6(x); });
  if (wanted == preference::ipv4_only)
    std::erase_if(addresses, is_v6);
  put_in_random_order(addresses, seed);
  if (wanted == preference::ipv6 || wanted == preference::ipv4)
    std::stable_partition(addresses.begin(), addresses.end(),
                          [v6 = wanted == preference::ipv6](const auto& x) {
                            return is_v6(x) == v6;
                          });
  if (addresses.size() <= most || most == 0)
    return addresses;
  // One kind may not crowd out the other: it could be the one that is reached.
  const bool first = is_v6(addresses.front());
  const auto other = std::find_if(
    addresses.begin() + static_cast<std::ptrdiff_t>(most), addresses.end(),
    [first](const auto& x) { return is_v6(x) != first; });
  const auto last = addresses.begin() + static_cast<std::ptrdiff_t>(most) - 1;
  if (other != addresses.end()
      && std::all_of(addresses.begin(), last + 1,
                     [first](const auto& x) { return is_v6(x) == first; }))
    std::iter_swap(last, other);
  addresses.resize(most);
  return addresses;
}

} // namespace stagepost
