// The first octet says in what pieces the rest is parsed. The replies do not
// show the pieces, and keep the limits.

#include "mail/smtp/reply_parser.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

using namespace stagepost::smtp;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

void check(const reply& x) {
  check(x.code >= 200 && x.code <= 599);
  check(!x.enhanced.present() || x.enhanced.cls == x.code / 100);
  check(x.text.size() <= reply_parser::lines_kept * reply_parser::line_kept);
  check(std::none_of(x.text.begin(), x.text.end(), [](char c) {
    return (c >= 0 && c < ' ' && c != '\n') || c == '\x7f';
  }));
}

struct outcome {
  std::vector<reply> replies;
  boost::system::error_code why;
  bool operator==(const outcome&) const = default;
};

outcome parsed(std::string_view octets, std::size_t step) {
  outcome out;
  reply_parser parser;
  while (!octets.empty()) {
    auto piece = octets.substr(0, step);
    octets.remove_prefix(piece.size());
    while (!piece.empty()) {
      const auto before = piece.size();
      const auto state = parser.feed(piece);
      if (state == reply_parser::status::failed) {
        out.why = parser.why();
        return out;
      }
      check(piece.size() < before);
      if (state == reply_parser::status::whole)
        out.replies.push_back(parser.take());
    }
  }
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view octets(reinterpret_cast<const char*>(data + 1),
                                size - 1);
  const auto whole = parsed(octets, octets.size());
  for (const auto& x : whole.replies)
    check(x);
  check(whole == parsed(octets, data[0] % 16U + 1U));
  return 0;
}
