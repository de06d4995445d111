#pragma once

#include "mail/dkim/key.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::dkim {

struct named_key {
  std::string selector;
  signing_key key;
};

/// The keys that sign what is from one domain, each with a signature.
struct key_set {
  std::string domain; ///< As d= has it.
  std::vector<named_key> keys;
};

/// Which keys are for which domain. Does not change once it is in use.
class key_table {
public:
  /// @param domain  Lower case, A-labels; "*.example.com" stands for all below
  ///                example.com, and signs as that.
  void add(const std::string& domain, std::string selector, signing_key key);

  /// The keys of a domain; else those of "*." and the nearest domain above it.
  /// @returns nullptr if there are none.
  [[nodiscard]] const key_set* find(std::string_view domain) const;

  /// The same; else those of the nearest domain above that has any: what a host
  /// sends by itself is signed as its domain.
  [[nodiscard]] const key_set* find_for_host(std::string_view host) const;

  [[nodiscard]] bool empty() const noexcept {
    return sets_.empty();
  }

private:
  [[nodiscard]] const key_set* look_up(std::string_view name) const;

  std::map<std::string, key_set, std::less<>> sets_;
};

} // namespace stagepost::dkim
