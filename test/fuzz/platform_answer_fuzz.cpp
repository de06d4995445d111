// Whatever a platform answers, it gets a verdict whose reply is one clean line
// that says the same as the verdict.

#include "mail/outlet/platform_answer.hpp"
#include "mail/utf8.hpp"
#include "test/fuzz/require.hpp"

#include <algorithm>
#include <cstdint>
#include <string>

using namespace stagepost;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto first = text.find('\n');
  const auto second
    = first == std::string::npos ? first : text.find('\n', first + 1);
  if (second == std::string::npos)
    return 0;
  outlet::platform_answer x;
  for (const char c : text.substr(0, std::min<std::size_t>(first, 4)))
    x.status = x.status * 10 + static_cast<unsigned char>(c) % 10;
  x.content_type = text.substr(first + 1, second - first - 1);
  x.body = text.substr(second + 1);
  x.why = x.body;
  const auto verdict = outlet::judge(x, "https://a/");
  require(verdict.reply.positive() == verdict.accepted());
  require(verdict.for_now() == (verdict.what == outlet::verdict::kind::failed));
  require(verdict.tell_sender == verdict.for_now());
  for (const auto* line : {&verdict.reply.text, &verdict.detail}) {
    require(!line->empty() || x.status == 0);
    require(line->size() <= 450 && is_utf8(*line));
    require(std::none_of(line->begin(), line->end(), [](char c) {
      return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    }));
  }
  require(outlet::one_line(outlet::one_line(x.body))
          == outlet::one_line(x.body));
  return 0;
}
