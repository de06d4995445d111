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
  /// A line that is dropped for its length may have so many octets.
  static constexpr std::size_t max_dropped = 1U << 20U;

  enum class fault {
    none,
    bad_octet, ///< A control character (so a CR) or an octet over 126.
    too_long,  ///< Over `max_octets`; its octets were dropped.
    bare_lf,   ///< An LF without CR before it. Nobody can say where the next
               ///< command begins.
    endless,   ///< Over `max_dropped` without a line end.
  };

  struct line {
    std::string_view text; ///< Without CRLF; empty after a fault. Valid until
                           ///< the next call, as long as `octets` is.
    fault what = fault::none;
  };

  /// Removes the octets up to the end of the next line, or all, from `octets`.
  /// @returns The line, if it is whole.
  std::optional<line> next(std::string_view& octets);

  /// The line given last is no longer needed: its memory is released.
  void done() noexcept {
    if (given_)
      clear();
  }

private:
  void clear() noexcept;
  void keep(std::string_view octets);

  std::string kept_;        ///< Of a line not whole; the last octet at least.
  std::size_t dropped_ = 0; ///< Octets of it before those kept.
  bool given_ = false;      ///< `kept_` was given out as a line.
};

} // namespace stagepost::smtp
