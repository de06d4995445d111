#include "mail/smtp/chunk_decoder.hpp"

#include <algorithm>

namespace stagepost::smtp {

void chunk_decoder::decode(std::string_view octets, std::string& out) {
  if (binary_) {
    out += octets;
    return;
  }
  out.reserve(out.size() + octets.size() + 1);
  while (!octets.empty()) {
    if (cr_) {
      cr_ = false;
      inside_ = false;
      out += "\r\n";
      if (octets.front() == '\n') {
        octets.remove_prefix(1);
        continue;
      }
      bare_newline_ = true;
    }
    const auto end = std::min(octets.find_first_of("\r\n"), octets.size());
    out += octets.substr(0, end);
    inside_ = inside_ || end != 0;
    octets.remove_prefix(end);
    if (octets.empty())
      return;
    if (octets.front() == '\r') {
      cr_ = true;
    } else {
      bare_newline_ = true;
      inside_ = false;
      out += "\r\n";
    }
    octets.remove_prefix(1);
  }
}

void chunk_decoder::finish(std::string& out) {
  if (binary_)
    return;
  if (cr_)
    bare_newline_ = true;
  if (cr_ || inside_)
    out += "\r\n";
  cr_ = false;
  inside_ = false;
}

} // namespace stagepost::smtp
