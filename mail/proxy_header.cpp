#include "mail/proxy_header.hpp"

#include "mail/proxy_body.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

constexpr std::string_view v1_start = "PROXY ";
constexpr std::string_view v2_start{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t v2_fixed = 16;

unsigned octet(const std::string& text, std::size_t at) {
  return static_cast<unsigned char>(text[at]);
}

bool is_known_family(unsigned x) {
  return x == 0
         || ((x >> 4U) >= 1 && (x >> 4U) <= 3 && (x & 15U) >= 1
             && (x & 15U) <= 2);
}

} // namespace

proxy_header_parser::status
proxy_header_parser::feed(std::string_view& octets) {
  auto state = why_.empty() ? status::more : status::malformed;
  while (state == status::more && !octets.empty()) {
    kept_ += octets.front();
    octets.remove_prefix(1);
    state = advance();
  }
  return state;
}

proxy_header proxy_header_parser::take() {
  return std::exchange(header_, {});
}

proxy_header_parser::status proxy_header_parser::refuse(std::string_view why) {
  std::string{}.swap(kept_);
  header_ = {};
  why_ = why;
  return status::malformed;
}

proxy_header_parser::status
proxy_header_parser::finish(bool parsed, std::string_view otherwise) {
  if (!parsed)
    return refuse(otherwise);
  std::string{}.swap(kept_);
  return status::whole;
}

proxy_header_parser::status proxy_header_parser::advance() {
  const bool v2 = kept_.front() == v2_start.front();
  const auto start = v2 ? v2_start : v1_start;
  const auto n = std::min(kept_.size(), start.size());
  if (kept_[n - 1] != start[n - 1])
    return refuse("no PROXY header");
  if (kept_.size() <= start.size())
    return status::more;
  return v2 ? advance_v2() : advance_v1();
}

proxy_header_parser::status proxy_header_parser::advance_v1() {
  const auto size = kept_.size();
  const bool after_cr = kept_[size - 2] == '\r';
  if ((kept_.back() == '\n') != after_cr)
    return refuse("a line that does not end with CRLF");
  if (after_cr) {
    const auto line = std::string_view{kept_}.substr(0, size - 2);
    return finish(parse_proxy_line(line.substr(v1_start.size()), header_),
                  "bad addresses or ports");
  }
  return size < max_v1 ? status::more : refuse("a line over 107 octets");
}

// Section 2.2: version and command, family and transport, length.
proxy_header_parser::status proxy_header_parser::advance_v2() {
  constexpr unsigned local = 0x20;
  constexpr unsigned proxied = 0x21;
  const auto size = kept_.size();
  const auto command = octet(kept_, 12);
  if (command != local && command != proxied)
    return refuse("an unknown version or command");
  if (size == 14 && command == proxied && !is_known_family(octet(kept_, 13)))
    return refuse("an unknown address family or transport");
  if (size < v2_fixed)
    return status::more;
  const auto length = octet(kept_, 14) << 8U | octet(kept_, 15);
  if (size == v2_fixed && length > max_v2_body)
    return refuse("more than 2048 octets");
  if (size < v2_fixed + length)
    return status::more;
  if (command == local) {
    // Section 2.2: the rest is to be thrown away.
    header_.from = proxy_header::origin::proxy;
    return finish(true, {});
  }
  return finish(parse_proxy_body(kept_, v2_fixed, header_),
                "bad addresses, extensions or checksum");
}

} // namespace stagepost
