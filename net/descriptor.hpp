#pragma once

#include <unistd.h>
#include <utility>

namespace stagepost::net {

/// Owns a file descriptor, or none.
class descriptor {
public:
  descriptor() = default;
  explicit descriptor(int fd) noexcept : fd_(fd) {
  }
  descriptor(descriptor&& x) noexcept : fd_(x.release()) {
  }
  descriptor& operator=(descriptor&& x) noexcept {
    std::swap(fd_, x.fd_);
    return *this;
  }
  ~descriptor() {
    if (fd_ >= 0)
      ::close(fd_);
  }

  explicit operator bool() const noexcept {
    return fd_ >= 0;
  }
  [[nodiscard]] int get() const noexcept {
    return fd_;
  }
  [[nodiscard]] int release() noexcept {
    return std::exchange(fd_, -1);
  }

private:
  int fd_ = -1;
};

} // namespace stagepost::net
