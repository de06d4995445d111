#include "mail/mime/transfer_encoding.hpp"

namespace stagepost::mime {

namespace {

constexpr std::size_t line = 76;
constexpr std::string_view hex = "0123456789ABCDEF";
constexpr std::string_view alphabet
  = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

} // namespace

void quoted_printable_encoder::room_for(std::size_t octets, std::string& out) {
  if (column_ + octets > line - 1) { // "=" has its place, too
    out += "=\r\n";
    column_ = 0;
  }
  column_ += octets;
}

void quoted_printable_encoder::encoded(char c, std::string& out) {
  const auto octet = static_cast<unsigned char>(c);
  room_for(3, out);
  out += '=';
  out += hex[octet >> 4U];
  out += hex[octet & 15U];
}

// At the end of a line space would be lost on the way.
void quoted_printable_encoder::release(bool at_line_end, std::string& out) {
  if (space_ == 0)
    return;
  if (at_line_end) {
    encoded(space_, out);
  } else {
    room_for(1, out);
    out += space_;
  }
  space_ = 0;
}

void quoted_printable_encoder::put(char c, std::string& out) {
  if (cr_) {
    cr_ = false;
    if (c == '\n') {
      release(true, out);
      out += "\r\n";
      column_ = 0;
      return;
    }
    release(false, out);
    encoded('\r', out);
  }
  if (c == '\r') {
    cr_ = true;
    return;
  }
  release(false, out);
  if (c == ' ' || c == '\t') {
    space_ = c;
  } else if (c > ' ' && c <= '~' && c != '=') {
    room_for(1, out);
    out += c;
  } else {
    encoded(c, out);
  }
}

void quoted_printable_encoder::encode(std::string_view octets,
                                      std::string& out) {
  for (const char c : octets)
    put(c, out);
}

void quoted_printable_encoder::finish(std::string& out) {
  release(true, out);
  if (cr_)
    encoded('\r', out);
  *this = {};
}

void base64_encoder::quantum(std::string& out) {
  if (column_ == line) {
    out += "\r\n";
    column_ = 0;
  }
  const auto pad = 3 - octets_;
  const auto bits = bits_ << (8U * pad);
  for (unsigned i = 0; i < 4; ++i)
    out += i + pad > 3 ? '=' : alphabet[(bits >> (18U - 6U * i)) & 63U];
  column_ += 4;
  bits_ = 0;
  octets_ = 0;
}

void base64_encoder::encode(std::string_view octets, std::string& out) {
  for (const char c : octets) {
    bits_ = bits_ << 8U | static_cast<unsigned char>(c);
    if (++octets_ == 3)
      quantum(out);
  }
}

void base64_encoder::finish(std::string& out) {
  if (octets_ != 0)
    quantum(out);
  *this = {};
}

} // namespace stagepost::mime
