#pragma once

#include <boost/crc.hpp>

#include <cstddef>
#include <string>

namespace stagepost {

// What a proxy sends, octet by octet.

inline const std::string signature{"\r\n\r\n\0\r\nQUIT\n", 12};
/// 192.0.2.7:50000 to 198.51.100.1:25
inline const std::string tcp4{"\xC0\0\2\7\xC6\x33\x64\1\xC3\x50\0\x19", 12};

inline std::string number(std::size_t x, int octets) {
  std::string out;
  while (octets-- > 0)
    out += static_cast<char>(x >> (8U * static_cast<unsigned>(octets)));
  return out;
}

/// A header of version 2.
inline std::string v2(char command, char family, const std::string& body) {
  return signature + command + family + number(body.size(), 2) + body;
}

inline std::string v2(const std::string& extensions) {
  return v2('\x21', '\x11', tcp4 + extensions);
}

/// An extension.
inline std::string tlv(char type, const std::string& value) {
  return type + number(value.size(), 2) + value;
}

inline std::string tls(char flags, unsigned verify,
                       const std::string& more = {}) {
  return tlv('\x20', flags + number(verify, 4) + more);
}

/// With a checksum before `more`.
inline std::string summed(const std::string& more) {
  const std::string head = tlv('\3', std::string(4, '\0'));
  auto out = v2(head + more);
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  crc.process_bytes(out.data(), out.size());
  return out.replace(signature.size() + 4 + tcp4.size() + 3, 4,
                     number(crc.checksum(), 4));
}

} // namespace stagepost
