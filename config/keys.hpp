#pragma once

#include "config/report.hpp"
#include "config/yaml_value.hpp"

#include <algorithm>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

/// One key that a mapping may have: the tables of these say what is read, what
/// is not available yet, which names to offer for a misspelt one, and what
/// there is to document.
/// @tparam T  What the mapping is read into.
template <class T>
struct key {
  std::string_view name;
  /// Reads the value; nullptr for a key that is not available yet.
  void (*read)(const yaml_value&, T&, report&) = nullptr;
  std::string_view meaning{};
  bool required = false;
  /// Of a key that is not available yet: whether this value asks for nothing
  /// that would be done differently if it were.
  bool (*harmless)(const yaml_value&) = nullptr;
};

/// Makes `key::read` of a member and of what reads its type.
template <auto Member, auto Read>
inline constexpr auto into
  = [](const yaml_value& x, auto& out, report& r) { Read(x, out.*Member, r); };

/// "unknown key `lisen`; did you mean `listen`?"
/// @param known  All keys; where none is near, the `available` are listed.
std::string unknown_key(std::string_view name,
                        std::span<const std::string_view> known,
                        std::span<const std::string_view> available);

/// Complains about a value that is no mapping. @returns Whether it is one;
/// nothing at all counts as an empty mapping.
bool want_map(const yaml_value& x, report& r);

/// Reads a mapping by its table: complains about keys that are unknown, not
/// available yet, or missing; keys are read in the order of the table.
template <class T, std::size_t N>
void read_map(const yaml_value& x, const key<T> (&keys)[N], T& out, report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& k : keys) {
    const report::scope in(r, k.name);
    const auto* entry = x.find(k.name);
    if (entry == nullptr) {
      if (k.required)
        r.complain(x.at, r.subject() + " is missing");
    } else if (k.read != nullptr) {
      k.read(entry->value, out, r);
    } else if (k.harmless == nullptr || !k.harmless(entry->value)) {
      r.complain(entry->at, "key " + r.subject()
                              + " is not available in this version yet");
    }
  }
  std::vector<std::string_view> known;
  std::vector<std::string_view> available;
  for (const auto& k : keys) {
    known.push_back(k.name);
    if (k.read != nullptr)
      available.push_back(k.name);
  }
  for (const auto& entry : x.entries)
    if (std::find(known.begin(), known.end(), entry.key) == known.end())
      r.complain(entry.at, unknown_key(entry.key, known, available));
}

} // namespace stagepost::config
