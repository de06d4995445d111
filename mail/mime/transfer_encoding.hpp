#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::mime {

/// Makes octets lines of at most 76 printable characters (RFC 2045, 6.7), in
/// pieces of any size. CRLF is a line end and stays one; a CR or LF that stands
/// alone is encoded.
class quoted_printable_encoder {
public:
  void encode(std::string_view octets, std::string& out);
  /// The end of the part; adds no line end. The encoder is then as new.
  void finish(std::string& out);

private:
  void put(char c, std::string& out);
  void encoded(char c, std::string& out);
  void room_for(std::size_t octets, std::string& out);
  void release(bool at_line_end, std::string& out);

  std::size_t column_ = 0;
  char space_ = 0; ///< A space or tab that waits for what follows.
  bool cr_ = false;
};

/// Makes octets lines of 76 characters of base64 (RFC 2045, 6.8), in pieces of
/// any size.
class base64_encoder {
public:
  void encode(std::string_view octets, std::string& out);
  /// The end of the part; adds no line end. The encoder is then as new.
  void finish(std::string& out);

private:
  void quantum(std::string& out);

  std::uint32_t bits_ = 0;
  unsigned octets_ = 0; ///< Of them in `bits_`: 0 to 2.
  std::size_t column_ = 0;
};

} // namespace stagepost::mime
