#include "mail/dkim/key_table.hpp"

#include <utility>

namespace stagepost::dkim {

namespace {

/// "example.com" of "mx.example.com"; "" of a name without a dot.
std::string_view above(std::string_view domain) {
  const auto dot = domain.find('.');
  return dot == std::string_view::npos ? std::string_view{}
                                       : domain.substr(dot + 1);
}

} // namespace

void key_table::add(const std::string& domain, std::string selector,
                    signing_key key) {
  auto& set = sets_[domain];
  set.domain = domain.starts_with("*.") ? domain.substr(2) : domain;
  set.keys.push_back({std::move(selector), std::move(key)});
}

const key_set* key_table::look_up(std::string_view name) const {
  const auto i = sets_.find(name);
  return i == sets_.end() ? nullptr : &i->second;
}

const key_set* key_table::find(std::string_view domain) const {
  if (const auto* own = look_up(domain))
    return own;
  for (auto up = above(domain); !up.empty(); up = above(up))
    if (const auto* all = look_up("*." + std::string{up}))
      return all;
  return nullptr;
}

const key_set* key_table::find_for_host(std::string_view host) const {
  const auto* found = find(host);
  for (auto up = above(host); found == nullptr && !up.empty(); up = above(up))
    found = look_up(up);
  return found;
}

} // namespace stagepost::dkim
