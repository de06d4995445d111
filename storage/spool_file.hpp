#pragma once

#include "mail/content.hpp"

#include <string>
#include <string_view>

namespace stagepost::storage {

/// Content that gathers while it arrives: in memory up to a threshold, then in
/// an unlinked file, so that a crash leaves nothing behind.
class spool {
public:
  /// @param directory  For the file, if it comes to one; must exist.
  explicit spool(std::string directory, std::size_t threshold = 1U << 20U);
  ~spool();
  spool(spool&&) noexcept;
  spool& operator=(spool&&) noexcept;

  /// Throws std::system_error when the disk is full or fails.
  void append(std::string octets);
  [[nodiscard]] std::uint64_t size() const noexcept;
  /// Octets of it that memory holds.
  [[nodiscard]] std::size_t in_memory() const noexcept {
    return memory_.size();
  }
  /// The whole, immutable from now on; this object is empty again.
  content_ptr finish();

private:
  std::string directory_;
  std::size_t threshold_;
  std::string memory_;
  int file_ = -1;
  std::uint64_t size_ = 0;
};

} // namespace stagepost::storage
