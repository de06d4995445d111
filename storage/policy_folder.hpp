#pragma once

#include <chrono>
#include <string>
#include <vector>

namespace stagepost::storage {

/// A domain's MTA-STS policy as it was fetched.
struct kept_policy {
  std::string domain;
  std::string id;
  std::chrono::system_clock::time_point fetched; ///< To the second.
  std::string text;
};

/// Where policies outlive the daemon: a folder with a file for each domain.
class policy_folder {
public:
  /// Makes the folder if it is missing. Throws std::system_error.
  explicit policy_folder(std::string path);

  /// What is there and can be read.
  [[nodiscard]] std::vector<kept_policy> load() const;
  /// @returns Why it is not kept; "" if it is.
  [[nodiscard]] std::string save(const kept_policy& x) const;
  void remove(const std::string& domain) const;

private:
  std::string path_;
};

} // namespace stagepost::storage
