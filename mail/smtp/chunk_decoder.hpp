#pragma once

#include <string>
#include <string_view>

namespace stagepost::smtp {

/// Turns the octets of BDAT chunks (RFC 3030) into content. There are no dots
/// to remove and no end to find, for the chunks have a size; but a CR or LF
/// that stands alone is noted and becomes a line end, as after DATA, unless
/// the body is binary: then nothing is changed.
class chunk_decoder {
public:
  explicit chunk_decoder(bool binary) : binary_(binary) {
  }

  /// Appends the content of these octets to `out`. A CR that is the last octet
  /// so far waits for the next one.
  void decode(std::string_view octets, std::string& out);
  /// After the last chunk. Text that does not end with a line end gets one.
  void finish(std::string& out);

  [[nodiscard]] bool bare_newline() const noexcept {
    return bare_newline_;
  }

private:
  bool binary_;
  bool bare_newline_ = false;
  bool cr_ = false;     ///< A CR, not written yet.
  bool inside_ = false; ///< Of a line: octets after the last line end.
};

} // namespace stagepost::smtp
