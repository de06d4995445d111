// The first octet says in what pieces the rest is encoded. Whatever the
// content, what goes over the wire has no bare CR or LF, ends once, with the
// final dot, and does not show the pieces.

#include "mail/smtp/data_encoder.hpp"

#include <cstdint>
#include <cstdlib>

using stagepost::smtp::data_encoder;

namespace {

std::string encoded(std::string_view content, std::size_t step,
                    bool dots = true) {
  data_encoder encoder(dots);
  std::string out;
  while (!content.empty()) {
    const auto piece = content.substr(0, step);
    encoder.encode(piece, out);
    content.remove_prefix(piece.size());
  }
  encoder.finish(out);
  return out;
}

void check(bool holds) {
  if (!holds)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view content(reinterpret_cast<const char*>(data + 1),
                                 size - 1);
  const auto wire = encoded(content, content.size() + 1);
  check(wire == encoded(content, data[0] % 16U + 1U));
  for (std::size_t i = 0; i < wire.size(); ++i) {
    check(wire[i] != '\r' || (i + 1 < wire.size() && wire[i + 1] == '\n'));
    check(wire[i] != '\n' || (i > 0 && wire[i - 1] == '\r'));
  }
  // What came before DATA ended with a CRLF.
  const auto seen = "\r\n" + wire;
  check(seen.find("\r\n.\r\n") == seen.size() - 5);
  const auto lines = encoded(content, data[0] % 16U + 1U, false);
  check(lines.size() + 3 <= wire.size());
  check(lines.empty() || lines.ends_with("\r\n"));
  check(encoded(lines, lines.size() + 1) == wire);
  return 0;
}
