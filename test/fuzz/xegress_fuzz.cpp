#include "mail/address.hpp"
#include "mail/ip_address.hpp"
#include "mail/smtp/xegress.hpp"
#include "mail/xtext.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// A way that was read has an address in short form or none, a name that can
// stand in EHLO and in a header or none, and not none of both; written again,
// in either form, it is read the same.

namespace {

using namespace stagepost;
using namespace stagepost::smtp;

void check(const egress_way& x) {
  require(!x.ip.empty() || !x.hostname.empty());
  require(x.ip.empty() || short_ip(x.ip) == x.ip);
  require(x.hostname.empty() || is_domain(x.hostname));
  for (const char c : x.hostname)
    require(c > ' ' && c <= '~' && c != '"' && c != '<' && c != '(');
  std::string parameter;
  append_xtext(parameter, x.ip + ';' + x.hostname);
  require(read_xegress(parameter).value() == x);
  require(read_egress_of("[egress:" + to_string(x) + ']').value() == x);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  if (const auto x = read_xegress(text))
    check(*x);
  if (const auto x = read_egress_of(text)) {
    require(asks_for_egress(text));
    check(*x);
  }
  return 0;
}
