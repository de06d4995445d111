// Whatever a platform sends instead of an HTTP answer: it comes to the same in
// pieces of any size, within its limits.

#include "net/http_answer_reader.hpp"
#include "test/fuzz/require.hpp"

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

using stagepost::net::http_answer_reader;

namespace {

constexpr std::size_t most_header = 512;
constexpr std::size_t most_body = 1024;

struct reading {
  bool whole = false;
  unsigned status = 0;
  std::string type;
  std::string body;
  bool failed = false;
  bool operator==(const reading&) const = default;
};

reading read(std::string_view octets, std::size_t piece) {
  http_answer_reader reader(most_header, most_body);
  while (!octets.empty() && reader.why().empty() && !reader.whole()) {
    const auto part = octets.substr(0, piece);
    octets.remove_prefix(part.size());
    reader.take(part);
  }
  if (!reader.whole() && reader.why().empty())
    reader.end();
  require(reader.whole() || !reader.why().empty());
  reading out;
  out.whole = reader.whole();
  out.failed = !reader.why().empty();
  if (!out.whole)
    return out;
  out.status = reader.status();
  out.type = reader.content_type();
  out.body = reader.body();
  require(out.status <= 999);
  require(out.body.size() <= most_body);
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view octets{reinterpret_cast<const char*>(data), size};
  const auto at_once = read(octets, std::max<std::size_t>(size, 1));
  // A header near its limit may be taken whole and refused in pieces.
  for (const auto piece : {std::size_t{1}, std::size_t{7}})
    require(read(octets, piece) == at_once || size > most_header);
  return 0;
}
