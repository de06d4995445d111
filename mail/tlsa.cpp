#include "mail/tlsa.hpp"

#include <cstddef>

namespace stagepost {

namespace {

constexpr std::size_t numbers = 3; // octets before the data
constexpr std::size_t longest_data = 8192;

enum usage : std::uint8_t { dane_ta = 2, dane_ee = 3 };
enum matching : std::uint8_t { full = 0, sha_256 = 1, sha_512 = 2 };

} // namespace

std::optional<tlsa_record> parse_tlsa(std::string_view data) {
  if (data.size() <= numbers || data.size() > numbers + longest_data)
    return std::nullopt;
  const auto number
    = [&](std::size_t i) { return static_cast<std::uint8_t>(data[i]); };
  return tlsa_record{number(0), number(1), number(2),
                     std::string(data.substr(numbers))};
}

bool usable(const tlsa_record& x) noexcept {
  if ((x.usage != dane_ta && x.usage != dane_ee) || x.selector > 1)
    return false;
  switch (x.matching) {
    case full:
      return !x.data.empty();
    case sha_256:
      return x.data.size() == 32;
    case sha_512:
      return x.data.size() == 64;
    default:
      return false;
  }
}

std::string tlsa_name(std::uint16_t port, std::string_view host) {
  return '_' + std::to_string(port) + "._tcp." + std::string(host);
}

} // namespace stagepost
