// The first octet says how the rest, a content, is read: in what pieces, and
// what ends its lines. Whatever it is, it is signed as it is sent, the pieces
// do not show, and a signature is clean lines.

#include "mail/content.hpp"
#include "mail/dkim/author.hpp"
#include "mail/dkim/message_signer.hpp"
#include "mail/smtp/data_encoder.hpp"
#include "test/fuzz/require.hpp"

#include <cstdint>
#include <memory>
#include <string>

using namespace stagepost::dkim;

namespace {

std::shared_ptr<const key_table> keys() {
  static const auto all = [] {
    auto out = std::make_shared<key_table>();
    const auto key = signing_key::generate(algorithm::ed25519);
    out->add("example.com", "s1", key);
    out->add("*.com", "s2", key);
    return out;
  }();
  return all;
}

std::string canonical(std::string_view octets, canonicalization how,
                      line_end ends, std::size_t step) {
  std::string out;
  canonical_body x(how, ends, [&](auto piece) { out += piece; });
  while (!octets.empty()) {
    const auto piece = octets.substr(0, step);
    x.feed(piece);
    octets.remove_prefix(piece.size());
  }
  x.finish();
  return out;
}

/// What a receiver has after DATA, its dots unstuffed.
std::string as_received(std::string_view content) {
  std::string wire;
  stagepost::smtp::data_encoder encoder;
  encoder.encode(content, wire);
  encoder.finish(wire);
  wire.resize(wire.size() - 3);
  std::string out;
  for (std::size_t i = 0; i < wire.size(); ++i)
    if (wire[i] != '.' || (i != 0 && wire[i - 1] != '\n')
        || i + 1 == wire.size() || wire[i + 1] != '.')
      out += wire[i];
    else
      out += wire[++i];
  return out;
}

void check_lines(std::string_view fields) {
  std::size_t column = 0;
  for (std::size_t i = 0; i < fields.size(); ++i, ++column) {
    const char c = fields[i];
    require(c == '\r' || c == '\n' || c == '\t' || (c >= ' ' && c <= '~'));
    require((c == '\n') == (i != 0 && fields[i - 1] == '\r'));
    if (c == '\n')
      column = 0;
    require(column < 80);
  }
  require(fields.empty() || fields.ends_with("\r\n"));
}

signing signed_in(std::string_view content, bool binary, std::size_t step) {
  message_signer signer(
    std::make_shared<stagepost::memory_content>(std::string{content}), keys(),
    {.sender_domain = "example.com", .binary = binary});
  while (!signer.work(step))
    continue;
  return signer.outcome();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view content(reinterpret_cast<const char*>(data + 1),
                                 size - 1);
  const std::size_t step = data[0] % 16U + 1U;
  const bool binary = data[0] >= 128U;
  const auto ends = binary ? line_end::crlf : line_end::any;
  const auto received = binary ? std::string{content} : as_received(content);
  for (const auto how : {canonicalization::simple, canonicalization::relaxed}) {
    const auto whole = canonical(content, how, ends, content.size() + 1);
    require(whole == canonical(content, how, ends, step));
    require(whole == canonical(received, how, line_end::crlf, step));
  }
  (void)author_domain(content);
  const auto x = signed_in(content, binary, step);
  check_lines(x.fields);
  require(x.fields == signed_in(content, binary, content.size() + 1).fields);
  require(x.fields.empty() || binary
          || x.fields == signed_in(received, false, step).fields);
  return 0;
}
