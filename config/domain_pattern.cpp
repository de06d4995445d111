#include "config/domain_pattern.hpp"

#include "config/host_name.hpp"

namespace stagepost::config {

bool is_domain_pattern(std::string_view text) {
  return is_domain(text.starts_with("*.") ? text.substr(2) : text);
}

} // namespace stagepost::config
