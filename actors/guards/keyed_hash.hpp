#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace stagepost {

/// SipHash-2-4 (Aumasson, Bernstein 2012): a hash for tables whose keys are
/// chosen by strangers. Who does not know the key finds no two names that fall
/// into one place.
std::uint64_t siphash(const std::array<std::uint64_t, 2>& key,
                      std::string_view octets) noexcept;

/// The same under a key that this process draws at random when it first asks;
/// so a hash means nothing to another process. Any thread.
std::uint64_t keyed_hash(std::string_view octets) noexcept;

} // namespace stagepost
