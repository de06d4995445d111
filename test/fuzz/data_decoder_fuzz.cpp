#include "mail/smtp/content_intake.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// The first octet says how the others are cut. Decoding in pieces is decoding
// in one; the result is clean lines; and the end is where a search for it says.

namespace {

using stagepost::smtp::content_intake;
using stagepost::smtp::data_decoder;

void check_lines(std::string_view content, bool whole) {
  for (std::size_t i = 0; i < content.size(); ++i) {
    if (content[i] == '\r')
      require(i + 1 < content.size() && content[i + 1] == '\n');
    if (content[i] == '\n')
      require(i > 0 && content[i - 1] == '\r');
  }
  require(!whole || content.empty() || content.ends_with("\r\n"));
}

/// Octets up to the end of data, or all.
std::size_t real_end(std::string_view wire) {
  if (wire.starts_with(".\r\n"))
    return 3;
  const auto at = wire.find("\r\n.\r\n");
  return at == std::string_view::npos ? wire.size() : at + 5;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::size_t step = data[0] + 1U;
  const std::string_view wire{reinterpret_cast<const char*>(data) + 1,
                              size - 1};
  data_decoder once;
  std::string expected;
  const auto end = once.decode(wire, expected);
  require(end == real_end(wire));
  require(once.ended() || end == wire.size());
  check_lines(expected, once.ended());

  data_decoder cut;
  std::string out;
  std::size_t at = 0;
  while (at < wire.size() && !cut.ended())
    at += cut.decode(wire.substr(at, step), out);
  require(at == end && out == expected && cut.ended() == once.ended()
          && cut.bare_newline() == once.bare_newline()
          && cut.nul() == once.nul());

  content_intake intake{
    {64, (step & 1U) == 0, 0, {}}, content_intake::way::data, "Trace: x\r\n"};
  std::size_t fetched = 0;
  for (at = 0; at < wire.size() && !intake.ended();) {
    at += intake.take(wire.substr(at, step));
    fetched += intake.fetch().size();
  }
  require(at == end && fetched <= 10 + 64);
  if (intake.ended() && intake.refusal().empty())
    require(fetched == 10 + expected.size());
  return 0;
}
