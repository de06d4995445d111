#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace stagepost::smtp {

/// Looks at the header of a message passing by, as far as a receiver must: how
/// long it is, and how many hosts it has passed (RFC 5321, 6.3).
///
/// The header ends at the first line that is no field and continues none: the
/// empty line, or, where a program sent text only, that text.
class header_watch {
public:
  struct limits {
    std::uint64_t octets = 100U << 10U;
    std::size_t fields = 1000;
    std::size_t received = 100;
  };

  header_watch() = default;
  explicit header_watch(limits x) noexcept : limits_(x) {
  }

  /// Takes the next octets of the content, lines ended by CRLF. Costs nothing
  /// once the header is over.
  void watch(std::string_view octets) noexcept;

  /// More octets than the limit before the header's end.
  [[nodiscard]] bool too_long() const noexcept {
    return octets_ > limits_.octets;
  }
  /// More fields than the limit.
  [[nodiscard]] bool too_many() const noexcept {
    return fields_ > limits_.fields;
  }
  /// More Received fields than the limit: the message goes in circles.
  [[nodiscard]] bool loop() const noexcept {
    return received_ > limits_.received;
  }

private:
  enum class place : std::uint8_t {
    line_start,
    name,
    before_colon,
    value,
    over
  };
  void watch_name(char c) noexcept;

  place at_ = place::line_start;
  std::uint8_t matched_ = 0; ///< Octets of "received"; more: another name.
  limits limits_;
  std::size_t received_ = 0;
  std::size_t fields_ = 0;
  std::uint64_t octets_ = 0;
};

} // namespace stagepost::smtp
