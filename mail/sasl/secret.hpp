#pragma once

#include <string>
#include <string_view>

namespace stagepost::sasl {

/// Overwrites what `text` holds or held in its memory and empties it.
void wipe(std::string& text) noexcept;

/// Octets that are overwritten when they are dropped: a password, a key. It
/// can be moved, which leaves none behind, and not be copied by accident.
class secret {
public:
  secret() = default;
  explicit secret(std::string_view octets) : octets_{octets} {
  }
  /// Takes the octets over; the string is wiped.
  explicit secret(std::string&& octets);
  ~secret() {
    wipe(octets_);
  }
  secret(secret&& other) noexcept;
  secret& operator=(secret&& other) noexcept;
  secret(const secret&) = delete;
  secret& operator=(const secret&) = delete;

  [[nodiscard]] const std::string& text() const noexcept {
    return octets_;
  }

private:
  std::string octets_;
};

} // namespace stagepost::sasl
