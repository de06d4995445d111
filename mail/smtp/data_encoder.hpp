#pragma once

#include <string>
#include <string_view>

namespace stagepost::smtp {

/// Turns content into what follows DATA on the wire (RFC 5321, 4.5.2): dots at
/// the beginning of lines doubled, every line ended by CRLF (a bare CR or LF
/// becomes a line end too, so that nothing that leaves us can be read two
/// ways), the final dot added. Without dots it is what goes by BDAT (RFC 3030)
/// unless it is binary: the lines alone.
class data_encoder {
public:
  explicit data_encoder(bool dots = true) noexcept : dots_(dots) {
  }

  /// Appends the encoded form of the next piece of the content.
  void encode(std::string_view octets, std::string& out);

  /// Appends the end of data; a CRLF is added if the content lacked its last.
  /// The encoder is then as new.
  void finish(std::string& out);

private:
  bool dots_;
  bool line_start_ = true;
  bool after_cr_ = false;
};

} // namespace stagepost::smtp
