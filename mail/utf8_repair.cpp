#include "mail/utf8_repair.hpp"

#include "mail/utf8.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

/// Whether more octets could make a character of these, which are none yet.
bool may_go_on(std::string_view text) {
  if (text.size() == 1) {
    const auto lead = static_cast<unsigned char>(text.front());
    return lead >= 0xC2 && lead <= 0xF4;
  }
  const std::string begun(text);
  return first_character(begun + "\x80").length > 0
         || first_character(begun + "\x80\x80").length > 0;
}

} // namespace

void utf8_repair::replace(std::string& out) {
  out += "\xef\xbf\xbd";
  ++replaced_;
}

void utf8_repair::feed(std::string_view octets, std::string& out) {
  std::string joined;
  if (!rest_.empty()) {
    joined = std::exchange(rest_, {});
    joined += octets;
    octets = joined;
  }
  while (!octets.empty()) {
    const auto plain = std::find_if(octets.begin(), octets.end(), [](char c) {
      return static_cast<unsigned char>(c) >= 0x80;
    });
    out.append(octets.begin(), plain);
    octets.remove_prefix(static_cast<std::size_t>(plain - octets.begin()));
    if (octets.empty())
      return;
    const auto next = first_character(octets);
    if (next.length > 0) {
      out += octets.substr(0, next.length);
      octets.remove_prefix(next.length);
    } else if (octets.size() < 4 && may_go_on(octets)) {
      rest_ = octets;
      return;
    } else {
      replace(out);
      octets.remove_prefix(1);
    }
  }
}

void utf8_repair::finish(std::string& out) {
  for (const auto rest = std::exchange(rest_, {}); const char c : rest) {
    (void)c;
    replace(out);
  }
}

std::string repaired_utf8(std::string_view text) {
  utf8_repair it;
  std::string out;
  it.feed(text, out);
  it.finish(out);
  return out;
}

} // namespace stagepost
