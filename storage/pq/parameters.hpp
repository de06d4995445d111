#pragma once

#include "storage/pq/wire.hpp"

#include <array>
#include <concepts>
#include <stdexcept>
#include <string_view>

namespace stagepost::storage::pq {

/// The parameters of one statement, all in the binary format; each has the
/// type that the statement casts it to.
class parameters {
public:
  parameters() = default;
  parameters(const parameters&) = delete;
  parameters& operator=(const parameters&) = delete;

  /// Text, bytea or an array; not copied: it must outlive this object.
  parameters& add(std::string_view octets) {
    values_.at(count_) = octets.data() == nullptr ? "" : octets.data();
    lengths_.at(count_) = static_cast<int>(octets.size());
    formats_.at(count_++) = 1;
    return *this;
  }
  /// A number: std::int16_t is a smallint, and so on.
  template <std::signed_integral T>
  parameters& add(T x) {
    auto& slot = numbers_.at(count_);
    for (std::size_t i = 0; i < sizeof(T); ++i)
      slot[i] = static_cast<char>(static_cast<std::uint64_t>(x)
                                  >> (8 * (sizeof(T) - 1 - i)));
    return add(std::string_view(slot.data(), sizeof(T)));
  }

  [[nodiscard]] int size() const noexcept {
    return static_cast<int>(count_);
  }
  [[nodiscard]] const char* const* values() const noexcept {
    return values_.data();
  }
  [[nodiscard]] const int* lengths() const noexcept {
    return lengths_.data();
  }
  [[nodiscard]] const int* formats() const noexcept {
    return formats_.data();
  }

private:
  static constexpr std::size_t limit = 12;
  std::array<const char*, limit> values_{};
  std::array<int, limit> lengths_{};
  std::array<int, limit> formats_{};
  std::array<std::array<char, 8>, limit> numbers_{};
  std::size_t count_ = 0;
};

} // namespace stagepost::storage::pq
