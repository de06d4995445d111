#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::outlet {

/// Fills `{{name}}` in a template. A name that there is no value for stays as
/// it is, so that a slip shows; a value is never looked through for names.
enum class template_kind {
  plain,
  html, ///< What HTML would read as its own is escaped, line ends are <br>.
};
std::string fill(std::string_view text,
                 const std::map<std::string, std::string, std::less<>>& values,
                 template_kind kind);

/// The names in a template, in order.
std::vector<std::string> names_in(std::string_view text);

} // namespace stagepost::outlet
