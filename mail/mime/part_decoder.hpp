#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace stagepost::mime {

/// Takes the transfer encoding (RFC 2045, 6) off the octets of a part, and
/// makes UTF-8 of text, in pieces of any size. Never fails: what is no base64
/// among base64 is skipped.
class part_decoder {
public:
  /// @param encoding  "base64", "quoted-printable" or "x-uuencode"; with any
  /// other, octets stay as they are.
  /// @param charset  Of text that is to become UTF-8; "" = octets stay.
  part_decoder(const std::string& encoding, const std::string& charset);
  ~part_decoder();
  part_decoder(const part_decoder&) = delete;
  part_decoder& operator=(const part_decoder&) = delete;

  /// @param octets  May be overwritten.
  void decode(std::string& octets, std::string& out);
  /// The end of the part; nothing comes after it.
  void finish(std::string& out);

private:
  void pass_on(std::string_view octets, std::string& out);

  struct state;
  std::unique_ptr<state> state_;
};

/// Whether `part_decoder` changes what is encoded so.
[[nodiscard]] bool is_encoded(const std::string& encoding);

} // namespace stagepost::mime
