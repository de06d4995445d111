#include "config/egress_checker.hpp"

#include "config/known_names.hpp"

#include <algorithm>
#include <string_view>
#include <vector>

namespace stagepost::config {

namespace {

using names = std::vector<std::string_view>;

/// Complains about every text under a key that is none of `known`.
void check_names(const yaml_value& under, std::string_view key,
                 std::string_view what, const names& known, report& r) {
  const auto* entry = under.find(key);
  if (entry == nullptr)
    return;
  const auto check = [&](const yaml_value& x) {
    if (!x.text.empty()
        && std::find(known.begin(), known.end(), x.text) == known.end())
      r.complain(x.at, no_such(what, x.text, known));
  };
  check(entry->value);
  for (const auto& x : entry->value.items)
    check(x);
}

} // namespace

void check_egress(const configuration& config, const yaml_value& source,
                  report& r) {
  const auto* section = source.find("egress");
  if (section == nullptr)
    return;
  names pools;
  for (const auto& [name, members] : config.egress.pools)
    pools.push_back(name);
  const auto users = users_of(config);
  if (const auto* who = section->value.find("override")) {
    check_names(who->value, "listeners", "smtp or lmtp listener",
                mail_listeners_of(config), r);
    if (users)
      check_names(who->value, "users", "user", *users, r);
  }
  if (const auto* rules = section->value.find("rules"))
    for (const auto& rule : rules->value.items) {
      check_names(rule, "pool", "pool", pools, r);
      if (users)
        check_names(rule, "user", "user", *users, r);
    }
}

} // namespace stagepost::config
