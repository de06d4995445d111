// A record that is read holds all of its octets, and is usable only with a
// digest of its full length.

#include "mail/tlsa.hpp"
#include "test/fuzz/require.hpp"

using namespace stagepost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view octets(reinterpret_cast<const char*>(data), size);
  const auto x = parse_tlsa(octets);
  if (!x)
    return 0;
  require(x->data.size() + 3 == size && x->data == octets.substr(3));
  require(!usable(*x) || (x->usage >= 2 && x->usage <= 3));
  require(!usable(*x) || x->matching != 1 || x->data.size() == 32);
  require(!usable(*x) || x->matching != 2 || x->data.size() == 64);
  return 0;
}
