#include "config/nearest.hpp"

#include <algorithm>
#include <vector>

namespace stagepost::config {

namespace {

/// No key is longer; a longer word is no misspelling of one.
constexpr std::size_t longest_word = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

} // namespace

std::size_t edit_distance(std::string_view a, std::string_view b) {
  // Three rows of the usual table; `older` is for swapped neighbours.
  std::vector<std::size_t> older(b.size() + 1), old(b.size() + 1);
  std::vector<std::size_t> now(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    old[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    now[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      now[j]
        = std::min({old[j] + 1, now[j - 1] + 1, old[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2])
          && lower(a[i - 2]) == lower(b[j - 1]))
        now[j] = std::min(now[j], older[j - 2] + 1);
    }
    std::swap(older, old);
    std::swap(old, now);
  }
  return old[b.size()];
}

std::string_view nearest_word(std::string_view word,
                              std::span<const std::string_view> candidates) {
  if (word.empty() || word.size() > longest_word)
    return {};
  std::string_view best;
  std::size_t least = std::max<std::size_t>(1, word.size() / 3) + 1;
  for (const auto candidate : candidates)
    if (const auto d = edit_distance(word, candidate); d < least) {
      least = d;
      best = candidate;
    }
  return best;
}

} // namespace stagepost::config
