#include "config/known_names.hpp"

#include "config/nearest.hpp"
#include "config/report.hpp"

namespace stagepost::config {

std::string no_such(std::string_view what, std::string_view name,
                    const std::vector<std::string_view>& names) {
  auto text = "there is no " + std::string(what) + ' ' + backquoted(name);
  if (const auto meant = nearest_word(name, names); !meant.empty())
    text += "; did you mean " + backquoted(meant) + '?';
  return text;
}

std::optional<std::vector<std::string_view>>
users_of(const configuration& config) {
  std::vector<std::string_view> out;
  for (const auto& x : config.auth) {
    if (x.type != auth_source::kind::users)
      return std::nullopt;
    for (const auto& [name, user] : x.users)
      out.push_back(name);
  }
  return out;
}

std::vector<std::string_view> mail_listeners_of(const configuration& config) {
  std::vector<std::string_view> out;
  for (const auto& x : config.listeners)
    if (x.protocol != listener_protocol::http)
      out.push_back(x.name);
  return out;
}

} // namespace stagepost::config
