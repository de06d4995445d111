#pragma once

#include "config/readers.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stagepost::config {

/// A key of a mapping that goes with one or two of its types only.
template <class E>
struct belonging {
  std::string_view key;
  E type;
  bool required = false;
  std::optional<E> other{};
};

/// Complains about keys that do not go with the mapping's `type`, and about
/// those that it lacks. Without a known type nothing goes with it.
/// @param plural  Of what has the type: "sources".
template <class E, std::size_t N, std::size_t M>
void check_belongings(const yaml_value& x, const choice<E> (&types)[N],
                      const belonging<E> (&table)[M], std::string_view plural,
                      report& r) {
  const auto* entry = x.find("type");
  const choice<E>* type = nullptr;
  for (const auto& t : types)
    if (entry != nullptr && t.value && t.word == entry->value.text)
      type = &t;
  if (type == nullptr)
    return;
  const auto word_of = [&types](E wanted) {
    std::string_view out;
    for (const auto& t : types)
      if (t.value == wanted)
        out = t.word;
    return std::string(out);
  };
  for (const auto& own : table) {
    const auto* here = x.find(own.key);
    const auto fits = own.type == *type->value || own.other == *type->value;
    if (here == nullptr && own.required && fits)
      r.complain(x.at, backquoted(own.key) + " is missing");
    else if (here != nullptr && !fits)
      r.complain(here->at, backquoted(own.key) + " is for "
                             + std::string(plural) + " of type "
                             + word_of(own.type)
                             + (own.other ? " or " + word_of(*own.other) : ""));
  }
}

} // namespace stagepost::config
