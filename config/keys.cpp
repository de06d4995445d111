#include "config/keys.hpp"

#include "config/nearest.hpp"

namespace stagepost::config {

std::string unknown_key(std::string_view name,
                        std::span<const std::string_view> known,
                        std::span<const std::string_view> available) {
  auto text = "unknown key " + backquoted(name);
  if (const auto meant = nearest_word(name, known); !meant.empty())
    return text + "; did you mean " + backquoted(meant) + '?';
  text += "; here may stand";
  for (std::size_t i = 0; i < available.size(); ++i)
    text += (i == 0 ? " `" : ", `") + std::string(available[i]) + '`';
  return text;
}

bool want_map(const yaml_value& x, report& r) {
  using kind = yaml_value::kind;
  if (x.is == kind::text || x.is == kind::list)
    r.complain(x.at, r.subject() + " wants a mapping of keys to values, not "
                       + std::string(to_string(x.is)));
  return x.is == kind::map || x.is == kind::empty;
}

} // namespace stagepost::config
