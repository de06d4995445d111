#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace stagepost {

/// The octets of one message, from its first header field to its last CRLF,
/// dots unstuffed. Immutable once made, and shared by whoever handles the
/// message; the bytes may lie in memory or in a file.
class content {
public:
  content() = default;
  content(const content&) = delete;
  content& operator=(const content&) = delete;
  virtual ~content() = default;

  /// Length in octets.
  [[nodiscard]] virtual std::uint64_t size() const noexcept = 0;

  /// Copies octets from `offset` on into `out`.
  /// @returns How many were copied: less than `out.size()` only at the end.
  /// Throws std::system_error when the bytes lie in a file that fails.
  virtual std::size_t read(std::uint64_t offset, std::span<char> out) const = 0;

  /// All octets, when they lie in memory; empty when they do not, or when
  /// there are none. Valid as long as this object.
  [[nodiscard]] virtual std::string_view in_memory() const noexcept = 0;

  /// The descriptor of the file that the octets lie in, from its beginning; -1
  /// when they do not lie in a file. Valid as long as this object; its position
  /// is nobody's, and nothing may be written to it.
  [[nodiscard]] virtual int file() const noexcept {
    return -1;
  }
};

using content_ptr = std::shared_ptr<const content>;

/// Content that lies in memory.
class memory_content final : public content {
public:
  explicit memory_content(std::string octets) : octets_(std::move(octets)) {
  }
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return octets_.size();
  }
  std::size_t read(std::uint64_t offset, std::span<char> out) const override;
  [[nodiscard]] std::string_view in_memory() const noexcept override {
    return octets_;
  }

private:
  std::string octets_;
};

} // namespace stagepost
