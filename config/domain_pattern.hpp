#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace stagepost::config {

/// A domain, or `*.` and one, which stands for all domains below it but not
/// for that domain itself. Lower case.
bool is_domain_pattern(std::string_view text);

/// Calls `f` with every pattern that a domain meets, the nearest first:
/// `a.b.c`, `*.b.c`, `*.c`; stops when `f` returns true.
/// @param domain  Lower case; "" meets none.
template <class F>
void for_each_pattern(const std::string& domain, F f) {
  if (domain.empty() || f(domain))
    return;
  for (auto dot = domain.find('.'); dot != std::string::npos;
       dot = domain.find('.', dot + 1))
    if (f('*' + domain.substr(dot)))
      return;
}

} // namespace stagepost::config
