#pragma once

#include <cstdlib>

/// Ends the fuzzer, which then keeps the input, unless `claim` holds.
inline void require(bool claim) {
  if (!claim)
    std::abort();
}
