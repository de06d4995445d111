#pragma once

#include <cstddef>
#include <span>
#include <string_view>

namespace stagepost::config {

/// How many letters must be put in, left out, changed or swapped with their
/// neighbour to make `a` into `b`; upper and lower case are the same.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate that was probably meant by `word`: the one with the least
/// edit distance, if that is at most a third of the word's length (but at
/// least 1); empty if none is so near. The first one wins a tie.
std::string_view nearest_word(std::string_view word,
                              std::span<const std::string_view> candidates);

} // namespace stagepost::config
