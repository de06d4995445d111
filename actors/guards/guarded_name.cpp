#include "actors/guards/guarded_name.hpp"

#include "actors/guards/keyed_hash.hpp"

#include <algorithm>
#include <array>

namespace stagepost {

std::uint64_t guarded_name(char kind, std::string_view name) noexcept {
  std::array<char, 501> folded;
  folded[0] = kind;
  name = name.substr(0, folded.size() - 1);
  std::transform(name.begin(), name.end(), folded.begin() + 1, [](char x) {
    return x >= 'A' && x <= 'Z' ? static_cast<char>(x - 'A' + 'a') : x;
  });
  return keyed_hash({folded.data(), 1 + name.size()});
}

} // namespace stagepost
