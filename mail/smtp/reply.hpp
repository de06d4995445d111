#pragma once

#include "mail/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// An enhanced status code (RFC 3463): class 2, 4 or 5; all zero for none.
struct enhanced_code {
  std::uint8_t cls = 0;
  std::uint16_t subject = 0; ///< 0 to 999.
  std::uint16_t detail = 0;  ///< 0 to 999.
  [[nodiscard]] constexpr bool present() const noexcept {
    return cls != 0;
  }
  bool operator==(const enhanced_code&) const = default;
};
std::string to_string(enhanced_code x);

/// An SMTP reply (RFC 5321, 4.2), ours or a peer's.
struct reply {
  std::uint16_t code = 0; ///< 200 to 599.
  enhanced_code enhanced;
  std::string text; ///< Without codes; lines separated by LF, no CR.
  /// Of a delivery: no server said so, we found out. Not compared.
  bool ours = false;

  [[nodiscard]] bool positive() const noexcept { // 2xx
    return code / 100 == 2;
  }
  [[nodiscard]] bool temporary() const noexcept { // 4xx
    return code / 100 == 4;
  }
  [[nodiscard]] bool permanent() const noexcept { // 5xx
    return code / 100 == 5;
  }
  bool operator==(const reply& x) const {
    return code == x.code && enhanced == x.enhanced && text == x.text;
  }
};

/// What we say ourselves, of a server or instead of it.
inline reply by_us(reply x) {
  x.ours = true;
  return x;
}

/// Appends the reply as it goes over the wire, each line with both codes and
/// its CRLF. Control characters in the text become spaces, and characters that
/// ASCII has not `?`, as SMTP's textstring has neither; a line that would pass
/// 512 octets is cut, and so is all after the 100th line.
void append_wire(std::string& out, const reply& x);

/// The reply on one line for logs and reports: `550 5.1.1 No such user`. It is
/// UTF-8, whatever a peer has said.
std::string to_string(const reply& x);

} // namespace stagepost::smtp
