// A policy that is read keeps the limits, and reads the same when it is written
// again; so does the id of records, one a line.

#include "mail/mta_sts.hpp"
#include "test/fuzz/require.hpp"

#include <cstdint>
#include <string>

using namespace stagepost;

namespace {

std::string written(const sts_policy& x) {
  std::string out = "version: STSv1\nmode: ";
  using mode = sts_policy::mode_type;
  out += x.mode == mode::none      ? "none"
         : x.mode == mode::testing ? "testing"
                                   : "enforce";
  out += "\nmax_age: " + std::to_string(x.max_age.count()) + '\n';
  for (const auto& host : x.mx)
    out += "mx: " + host + '\n';
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto x = parse_sts_policy(text)) {
    require(size <= longest_sts_policy);
    require(x->max_age.count() >= 0 && x->max_age.count() <= 31'557'600);
    require(x->mx.size() <= 256);
    const auto again = parse_sts_policy(written(*x));
    require(again.has_value() && *again == *x);
    for (const auto& host : x->mx)
      require(host.starts_with('*') || names_host(*x, host));
  }
  const auto end = text.find('\n');
  std::vector<std::string> records{text.substr(0, end)};
  if (end != std::string::npos)
    records.push_back(text.substr(end + 1));
  if (const auto id = sts_id(records)) {
    require(!id->empty() && id->size() <= 32);
    require(sts_id({"v=STSv1; id=" + *id}) == id);
  }
  return 0;
}
