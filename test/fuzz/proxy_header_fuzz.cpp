// The first octet says in what pieces the rest is parsed. The result does not
// show the pieces, keeps the limits and can be logged.

#include "mail/ip_address.hpp"
#include "mail/proxy_header.hpp"
#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace stagepost;
using status = proxy_header_parser::status;

namespace {

struct outcome {
  status state = status::more;
  proxy_header header;
  std::string why;
  std::size_t taken = 0;
  bool operator==(const outcome&) const = default;
};

outcome parsed(std::string_view octets, std::size_t step) {
  outcome out;
  proxy_header_parser parser;
  while (out.state == status::more && out.taken < octets.size()) {
    auto piece = octets.substr(out.taken, step);
    const auto before = piece.size();
    out.state = parser.feed(piece);
    out.taken += before - piece.size();
    require(out.state != status::more || piece.empty());
  }
  out.header = parser.take();
  out.why = parser.why();
  return out;
}

void check(const std::string& text) {
  require(text.size() <= proxy_header_parser::max_v2_body);
  require(std::none_of(text.begin(), text.end(), [](char c) {
    return (c >= 0 && c < ' ') || c == '\x7f';
  }));
}

void check(const proxy_header& x) {
  const bool client = x.from == proxy_header::origin::client;
  require(x.source.empty() != client && x.destination.empty() != client);
  require(!client || is_ip_address(x.source));
  require(!client || is_ip_address(x.destination));
  check(x.authority);
  check(x.alpn);
  if (!x.tls)
    return;
  require(client);
  require(!x.tls->verified || x.tls->certificate);
  require(!x.tls->certificate || x.tls->encrypted);
  check(x.tls->version);
  check(x.tls->cipher);
  check(x.tls->common_name);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view octets{reinterpret_cast<const char*>(data + 1),
                                size - 1};
  const auto whole = parsed(octets, octets.size());
  require(whole.taken <= 16 + proxy_header_parser::max_v2_body);
  require(whole.why.empty() == (whole.state != status::malformed));
  if (whole.state == status::whole)
    check(whole.header);
  else
    require(whole.header == proxy_header{});
  require(whole == parsed(octets, data[0] % 16U + 1U));
  return 0;
}
