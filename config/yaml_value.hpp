#pragma once

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

/// Where something stands in the files that were read. Ordered as a person
/// reads: by file in the order of reading, then by line and column.
struct place {
  std::size_t file = 0; ///< The number that `report::add_file` gave.
  int line = 0;         ///< From 1; 0: the file as a whole.
  int column = 0;       ///< From 1.
  auto operator<=>(const place&) const = default;
};

struct yaml_entry;

/// A piece of YAML that remembers its place. Scalars stay text: what they mean
/// is for the key to say that they stand under.
struct yaml_value {
  /// `broken`: a problem was noted already; whoever reads it says no more.
  enum class kind { empty, text, list, map, broken };
  kind is = kind::empty;
  place at{};
  std::string text{};                ///< Of a scalar.
  std::vector<yaml_value> items{};   ///< Of a list.
  std::vector<yaml_entry> entries{}; ///< Of a map, in the file's order.

  /// The entry of a map with this key; nullptr if there is none.
  [[nodiscard]] const yaml_entry* find(std::string_view key) const;
};

/// A key of a map with its value.
struct yaml_entry {
  std::string key;
  place at; ///< Of the key.
  yaml_value value;
};

/// "a list", "a mapping", "empty" or "a text", as problems say it.
std::string_view to_string(yaml_value::kind x);

} // namespace stagepost::config
