#pragma once

#include "mail/content.hpp"

namespace stagepost::storage {

/// Content in an open file, which it closes at the end. May be read from any
/// thread.
class file_content final : public content {
public:
  /// @param file  A descriptor; from now on this object's.
  file_content(int file, std::uint64_t size) : file_(file), size_(size) {
  }
  ~file_content() override;

  [[nodiscard]] std::uint64_t size() const noexcept override {
    return size_;
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override;
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return {};
  }
  [[nodiscard]] int file() const noexcept override {
    return file_;
  }

private:
  int file_;
  std::uint64_t size_;
};

} // namespace stagepost::storage
