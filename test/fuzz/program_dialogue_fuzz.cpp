#include "mail/outlet/program_dialogue.hpp"
#include "mail/outlet/spoken_line.hpp"
#include "mail/utf8.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// Whatever a program says, each mail gets one answer at most; it is the same
// however the octets come, and its text can stand in a reply.

namespace {

using namespace stagepost;
using dialogue = outlet::program_dialogue;

void check(const smtp::reply& x) {
  require(x.code == 250 || (x.code >= 400 && x.code <= 599));
  require(x.code != 421 && x.enhanced.cls == x.code / 100);
  require(!x.text.empty() && x.text.size() <= outlet::longest_spoken_line);
  require(is_utf8(x.text));
  for (const char c : x.text)
    require(static_cast<unsigned char>(c) >= ' ' && c != '\x7f');
  const auto verdict = outlet::verdict_of(x, "program");
  require(verdict.accepted() == x.positive());
}

/// A mail for each answer, in pieces of this size.
std::string heard(std::string_view said, std::size_t piece) {
  dialogue x;
  std::string out;
  x.ask("1");
  while (!said.empty()) {
    // Who answers waits for the next mail.
    const auto line = said.find('\n') + 1;
    const auto end = line == 0 ? said.size() : line;
    auto rest = said.substr(0, end);
    said.remove_prefix(end);
    while (!rest.empty()) {
      const auto now = rest.substr(0, piece);
      rest.remove_prefix(now.size());
      switch (x.feed(now)) {
        case dialogue::status::more:
          break;
        case dialogue::status::answered: {
          const auto reply = x.take();
          check(reply);
          out += to_string(reply) + '\n';
          x.ask("1");
          break;
        }
        case dialogue::status::nonsense:
          require(!x.why().empty() && is_utf8(x.why()));
          return out + "nonsense";
      }
    }
  }
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  const auto whole = heard(text, text.size() + 1);
  require(heard(text, 1) == whole);
  require(heard(text, 7) == whole);
  dialogue all_at_once;
  all_at_once.ask();
  (void)all_at_once.feed(text);
  const auto last = outlet::last_spoken_line(text);
  require(is_utf8(last) && last.size() <= outlet::longest_spoken_line);
  return 0;
}
