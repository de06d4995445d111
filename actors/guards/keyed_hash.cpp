#include "actors/guards/keyed_hash.hpp"

#include <bit>
#include <random>

namespace stagepost {

namespace {

struct sip_state {
  std::uint64_t v0;
  std::uint64_t v1;
  std::uint64_t v2;
  std::uint64_t v3;

  void round() noexcept {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void take(std::uint64_t word) noexcept {
    v3 ^= word;
    round();
    round();
    v0 ^= word;
  }
};

/// Up to eight octets as a number, the first one lowest.
std::uint64_t little_endian(std::string_view octets) noexcept {
  std::uint64_t out = 0;
  for (std::size_t i = 0; i < octets.size(); ++i)
    out |= std::uint64_t{static_cast<unsigned char>(octets[i])} << (8 * i);
  return out;
}

} // namespace

std::uint64_t siphash(const std::array<std::uint64_t, 2>& key,
                      std::string_view octets) noexcept {
  sip_state x{key[0] ^ 0x736f6d6570736575U, key[1] ^ 0x646f72616e646f6dU,
              key[0] ^ 0x6c7967656e657261U, key[1] ^ 0x7465646279746573U};
  const auto length = static_cast<std::uint64_t>(octets.size());
  for (; octets.size() >= 8; octets.remove_prefix(8))
    x.take(little_endian(octets.substr(0, 8)));
  x.take(little_endian(octets) | length << 56U);
  x.v2 ^= 0xffU;
  for (int i = 0; i < 4; ++i)
    x.round();
  return x.v0 ^ x.v1 ^ x.v2 ^ x.v3;
}

std::uint64_t keyed_hash(std::string_view octets) noexcept {
  static const auto key = [] {
    std::random_device source;
    const auto draw
      = [&source] { return std::uint64_t{source()} << 32U | source(); };
    return std::array<std::uint64_t, 2>{draw(), draw()};
  }();
  return siphash(key, octets);
}

} // namespace stagepost
