#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace stagepost::outlet {

/// The signature of a POST, by which a platform knows that it is ours, whole
/// and fresh: HMAC-SHA-256 over the time in decimal, a dot, and the body.
/// Throws std::bad_alloc when OpenSSL can't work at all.
class body_signature {
public:
  /// @param secret  Shared with the platform.
  /// @param at      Seconds since 1970.
  body_signature(std::string_view secret, std::int64_t at);
  ~body_signature();
  body_signature(const body_signature&) = delete;
  body_signature& operator=(const body_signature&) = delete;

  /// The next octets of the body.
  void take(std::string_view octets);

  /// `t=1790000000,v1=` and 64 hexadecimal digits, lower case. Once, last.
  [[nodiscard]] std::string field();

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::outlet
