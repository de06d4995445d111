#pragma once

#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

namespace stagepost {

/// The domains that are ours, as the directory had them when it was asked last.
class local_domains {
public:
  /// Nobody has asked yet: which are ours is not known.
  local_domains() = default;

  /// @param names  Of domains. Neither the case of their letters counts, nor
  ///               whether other scripts are written as A-labels (RFC 5890).
  explicit local_domains(const std::vector<std::string>& names);

  [[nodiscard]] bool known() const noexcept {
    return known_;
  }

  /// Is the domain of this address, which was accepted once, among them?
  [[nodiscard]] bool hold(std::string_view address) const;

  bool operator==(const local_domains&) const = default;

private:
  bool known_ = false;
  std::unordered_set<std::string> names_; ///< As the DNS has them.
};

} // namespace stagepost
