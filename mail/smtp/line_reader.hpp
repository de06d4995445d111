#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// Cuts command lines out of octets that come in pieces of any size. A line
/// ends at CRLF; nothing else ends it, but an LF without CR is told at once,
/// since who sends it waits for an answer and never sends the CRLF.
class line_reader {
public:
  /// The longest line with its CRLF. RFC 5321, 4.5.3.1.4 asks for 512, more
  /// for the parameters of extensions.
  static constexpr std::size_t max_octets = 2048;
  /// The same where a line may be part of a login (RFC 4954, 4).
  static constexpr std::size_t max_login_octets = 12'288 + 2;
  /// A line that is dropped for its length may have so many octets.
  static constexpr std::size_t max_dropped = 1U << 20U;

  enum class fault {
    none,
    bad_octet, ///< A control character (so a CR), or 8-bit and not UTF-8.
    too_long,  ///< Over the limit; its octets were dropped.
    bare_lf,   ///< An LF without CR before it. Nobody can say where the next
               ///< command begins.
    endless,   ///< Over `max_dropped` without a line end.
  };

  struct line {
    std::string_view text; ///< Without CRLF; empty after a fault. Valid until
                           ///< the next call, as long as `octets` is.
    fault what = fault::none;
    bool ascii = true; ///< Else UTF-8 with characters over 127.
  };

  /// Removes the octets up to the end of the next line, or all, from `octets`.
  /// @param most  The longest line with its CRLF; the same for all of a line.
  /// @returns The line, if it is whole.
  std::optional<line> next(std::string_view& octets,
                           std::size_t most = max_octets);

  /// Some of a line has come, but not its end.
  [[nodiscard]] bool inside() const noexcept {
    return !given_ && !kept_.empty();
  }

  /// The line given last is no longer needed: its memory is released.
  void done() noexcept {
    if (given_)
      clear();
  }

private:
  void clear() noexcept;
  void keep(std::string_view octets, std::size_t most);

  std::string kept_;        ///< Of a line not whole; the last octet at least.
  std::size_t dropped_ = 0; ///< Octets of it before those kept.
  bool given_ = false;      ///< `kept_` was given out as a line.
};

} // namespace stagepost::smtp
