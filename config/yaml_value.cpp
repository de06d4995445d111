#include "config/yaml_value.hpp"

#include <algorithm>

namespace stagepost::config {

const yaml_entry* yaml_value::find(std::string_view key) const {
  const auto i = std::find_if(entries.begin(), entries.end(),
                              [&](const auto& x) { return x.key == key; });
  return i == entries.end() ? nullptr : &*i;
}

std::string_view to_string(yaml_value::kind x) {
  switch (x) {
    case yaml_value::kind::text:
      return "a text";
    case yaml_value::kind::list:
      return "a list";
    case yaml_value::kind::map:
      return "a mapping";
    case yaml_value::kind::empty:
    case yaml_value::kind::broken:
      break;
  }
  return "empty";
}

} // namespace stagepost::config
