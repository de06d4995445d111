#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// Turns what follows DATA on the wire into content (RFC 5321, 4.5.2): finds
/// its end and removes the dots that were doubled.
///
/// Only CR LF `.` CR LF ends it; the CRLF of the DATA command counts as the
/// first of the two. A CR or LF that stands alone is noted and becomes a line
/// end in the content, so that the content can be read one way only, but
/// neither it nor a dot beside it ever ends the data.
class data_decoder {
public:
  /// Takes octets up to the end of data and appends their content to `out`:
  /// lines, each ended by CRLF (the last may still be incomplete).
  /// @returns How many octets were taken: all, unless the data ended.
  std::size_t decode(std::string_view octets, std::string& out);

  [[nodiscard]] bool ended() const noexcept {
    return at_ == place::end;
  }
  /// A CR without LF, or an LF without CR, was seen.
  [[nodiscard]] bool bare_newline() const noexcept {
    return bare_newline_;
  }
  [[nodiscard]] bool nul() const noexcept { ///< An octet 0 was seen.
    return nul_;
  }

private:
  /// What the octets before the next one were.
  enum class place : std::uint8_t {
    line_start,      ///< CRLF.
    bare_line_start, ///< A lone CR or LF.
    text,
    cr,       ///< A CR, not written yet.
    dot,      ///< CRLF and a dot, not written.
    bare_dot, ///< A lone CR or LF and a dot, not written.
    dot_cr,   ///< CRLF, a dot and a CR, not written.
    end,
  };
  void end_line_badly(std::string& out);
  const char* decode_text(const char* p, const char*& cr, const char* end,
                          std::string& out);

  place at_ = place::line_start;
  bool bare_newline_ = false;
  bool nul_ = false;
};

} // namespace stagepost::smtp
