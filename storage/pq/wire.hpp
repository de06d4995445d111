#pragma once

#include <chrono>
#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::storage::pq {

/// Appends a number as the server's binary format has it.
template <std::integral T>
void put_big_endian(std::string& out, T x) {
  for (std::size_t i = sizeof(T); i-- > 0;)
    out += static_cast<char>(static_cast<std::uint64_t>(x) >> (8 * i));
}

/// Reads at most 8 octets.
inline std::uint64_t get_big_endian(std::string_view octets) noexcept {
  std::uint64_t x = 0;
  for (const char c : octets)
    x = (x << 8U) | static_cast<unsigned char>(c);
  return x;
}

/// Between Unix time and the server's: microseconds since 2000-01-01.
inline constexpr std::chrono::microseconds server_epoch{946'684'800'000'000};

/// A point in time as the server keeps it; finer parts are cut off.
inline std::int64_t
to_server_time(std::chrono::system_clock::time_point x) noexcept {
  return std::chrono::floor<std::chrono::microseconds>(x.time_since_epoch())
           .count()
         - server_epoch.count();
}

inline std::chrono::system_clock::time_point
from_server_time(std::int64_t x) noexcept {
  return std::chrono::system_clock::time_point(std::chrono::microseconds(x)
                                               + server_epoch);
}

} // namespace stagepost::storage::pq
