#pragma once

#include "storage/cluster.hpp"

#include <chrono>
#include <filesystem>
#include <functional>
#include <poll.h>
#include <stdexcept>
#include <stdlib.h>
#include <string>

namespace stagepost::test {

/// A folder in /tmp that the server's user can enter; removed at the end.
class scratch_folder {
public:
  scratch_folder() : path_("/tmp/stagepost-test-XXXXXX") {
    if (::mkdtemp(path_.data()) == nullptr)
      throw std::runtime_error("mkdtemp");
    std::filesystem::permissions(path_, std::filesystem::perms{0711});
  }
  ~scratch_folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  scratch_folder(const scratch_folder&) = delete;
  scratch_folder& operator=(const scratch_folder&) = delete;
  [[nodiscard]] const std::string& path() const {
    return path_;
  }

private:
  std::string path_;
};

/// Looks until it is so, for at most ten seconds.
inline bool eventually(const std::function<bool()>& claim) {
  const auto deadline
    = std::chrono::steady_clock::now() + std::chrono::seconds(10);
  while (!claim()) {
    if (std::chrono::steady_clock::now() > deadline)
      return false;
    ::poll(nullptr, 0, 5);
  }
  return true;
}

/// The server that the tests of this program share, started on first use.
class shared_server {
public:
  static shared_server& get() {
    static shared_server instance;
    return instance;
  }
  [[nodiscard]] std::string connection_string() const {
    return server_.connection_string();
  }
  [[nodiscard]] const std::string& folder() const {
    return folder_.path();
  }

private:
  shared_server() : server_({.directory = folder_.path() + "/postgres"}) {
    server_.start();
  }
  scratch_folder folder_;
  storage::cluster server_;
};

} // namespace stagepost::test
