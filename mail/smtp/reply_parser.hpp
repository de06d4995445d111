#pragma once

#include "mail/error.hpp"
#include "mail/smtp/reply.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// Turns the octets of a server into its replies (RFC 5321, 4.2), one at a
/// time, in pieces of any size. What the server sends is hostile: of a line
/// 2,048 octets are kept and the rest is passed over, of a reply 128 lines.
/// Control characters become spaces. A line may end with a bare LF. Holds no
/// memory between replies.
class reply_parser {
public:
  static constexpr std::size_t line_kept = 2048;  ///< Octets, with the code.
  static constexpr std::size_t lines_kept = 128;  ///< A reply.
  static constexpr std::size_t lines_read = 1024; ///< A reply; then `failed`.
  static constexpr std::size_t octets_read = 1U << 20U; ///< Likewise.

  enum class status {
    more,   ///< All octets are taken; the reply is not whole yet.
    whole,  ///< `take()` the reply; the octets after it are not taken.
    failed, ///< `why()`; the dialogue can't go on. Final.
  };

  /// Takes octets up to the end of the next reply, and takes them off the
  /// front of `octets`.
  status feed(std::string_view& octets);

  /// The reply that `whole` announced. The enhanced code (RFC 2034) that its
  /// first line has is split off, and off each line that repeats it, if it is
  /// well formed and of the class of the code.
  [[nodiscard]] reply take();

  /// `syntax` for what is no SMTP, for lines of one reply with different
  /// codes, and for a code outside 200 to 599; `too_long` for too many lines or
  /// octets.
  [[nodiscard]] boost::system::error_code why() const noexcept {
    return why_;
  }

  /// The beginning of the line that made it fail, for people.
  [[nodiscard]] const std::string& offending() const noexcept {
    return line_;
  }

  /// Whether a reply has begun and is not whole.
  [[nodiscard]] bool amid() const noexcept {
    return lines_ != 0 || !line_.empty();
  }

private:
  status end_line(std::string_view line);
  void add_text(std::string_view text);
  status fail(format_errc why, std::string_view line);

  reply reply_;
  std::string line_; ///< A line whose end has not come yet.
  std::size_t lines_ = 0;
  std::size_t octets_ = 0;
  boost::system::error_code why_;
};

/// Splits `2.1.5 ` off the front of a line of a reply.
/// @returns The code, if there is one that is well formed and followed by a
///          space or nothing; the text is left as it is if there is none.
std::optional<enhanced_code> take_enhanced_code(std::string_view& text);

} // namespace stagepost::smtp
