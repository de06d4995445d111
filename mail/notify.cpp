#include "mail/notify.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <array>

namespace stagepost {

namespace {

struct value {
  std::string_view name;
  notify_flag flag;
};

constexpr std::array values{
  value{"NEVER", notify_never},
  value{"SUCCESS", notify_success},
  value{"FAILURE", notify_failure},
  value{"DELAY", notify_delay},
};

} // namespace

result<std::uint8_t> read_notify(std::string_view text) {
  unsigned set = 0;
  for (;;) {
    const auto comma = text.find(',');
    const auto word = text.substr(0, comma);
    const auto* const found
      = std::find_if(values.begin(), values.end(),
                     [&](const value& x) { return iequals(x.name, word); });
    if (found == values.end() || (set & found->flag) != 0)
      return format_errc::syntax;
    set |= found->flag;
    if (comma == std::string_view::npos)
      break;
    text.remove_prefix(comma + 1);
  }
  if ((set & notify_never) != 0 && set != notify_never)
    return format_errc::syntax;
  return static_cast<std::uint8_t>(set);
}

void append_notify(std::string& out, std::uint8_t set) {
  bool first = true;
  for (const auto& x : values) {
    if ((set & x.flag) == 0)
      continue;
    if (!first)
      out += ',';
    out += x.name;
    first = false;
  }
}

} // namespace stagepost
