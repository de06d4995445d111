#include "mail/notify.hpp"
#include "mail/original_recipient.hpp"
#include "mail/utf8.hpp"
#include "mail/xtext.hpp"
#include "require.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

// What was read of ENVID, ORCPT and NOTIFY has no control characters, is read
// again the same once it is written, and is written in printable ASCII; so is
// what no reader made.

namespace {

using namespace stagepost;

void require_printable(std::string_view text, char first) {
  for (const char c : text)
    require(c >= first && c <= '~');
}

void check_xtext(std::string_view text) {
  std::string encoded;
  append_xtext(encoded, text);
  require_printable(encoded, '!');
  std::string shown;
  append_utf8_xtext(shown, text);
  require_printable(shown, '!');
  const auto found = decode_xtext(text);
  if (!found)
    return;
  require_printable(*found, ' ');
  std::string again;
  append_xtext(again, *found);
  require(decode_xtext(again).value() == *found);
}

void check_original_recipient(std::string_view text) {
  std::string out;
  append_original_recipient(out, text);
  require_printable(out, '!');
  const auto found = read_original_recipient(text);
  if (!found)
    return;
  require(is_utf8(*found) && text.size() <= 500);
  std::string again;
  append_original_recipient(again, *found);
  require_printable(again, '!');
  // Written in ASCII it may have become too long to be read.
  require(again.size() > 500
          || read_original_recipient(again).value() == *found);
  std::string field;
  append_original_recipient_field(field, *found);
  require_printable(field, ' ');
}

void check_notify(std::string_view text) {
  const auto found = read_notify(text);
  if (!found)
    return;
  require(*found != 0 && *found < 16);
  std::string again;
  append_notify(again, *found);
  require(read_notify(again).value() == *found);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  check_xtext(text);
  check_original_recipient(text);
  check_notify(text);
  return 0;
}
