#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

/// A key as the manual has it.
struct known_key {
  std::string path; ///< "listeners[].tls", "delivery.domains.*.rate"
  bool available = true;
  std::string_view meaning;
};

/// Every key that the tables of the sections know.
std::vector<known_key> known_keys();

} // namespace stagepost::config
