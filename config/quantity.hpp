#pragma once

#include "mail/error.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::config {

/// A whole number: decimal digits, no sign. Fails with `syntax`, past 2^64 - 1
/// with `out_of_range`; so do the other two.
result<std::uint64_t> parse_number(std::string_view text) noexcept;

/// A size in octets: a number, alone or with `KiB`, `MiB` or `GiB`.
result<std::uint64_t> parse_size(std::string_view text) noexcept;

/// A time: a number with `s`, `m`, `h` or `d`; `0` needs no unit. What does
/// not fit std::chrono::seconds is `out_of_range`.
result<std::chrono::seconds> parse_time(std::string_view text) noexcept;

/// As `parse_size` takes it, with the largest unit that divides it.
std::string show_size(std::uint64_t octets);

/// As `parse_time` takes it, with the largest unit that divides it.
std::string show_time(std::chrono::seconds time);

} // namespace stagepost::config
