#pragma once

#include "mail/outlet/form_data.hpp"

#include <cstdint>
#include <string>

namespace stagepost::outlet {

/// The octets of a text.
class text_octets final : public octet_source {
public:
  explicit text_octets(std::string text);
  [[nodiscard]] std::uint64_t size() const noexcept override;
  std::size_t read(std::span<char> out) override;
  void rewind() override;

private:
  std::string text_;
  std::size_t given_ = 0;
};

/// The octets of a message, as they are.
class content_octets final : public octet_source {
public:
  explicit content_octets(content_ptr message);
  [[nodiscard]] std::uint64_t size() const noexcept override;
  std::size_t read(std::span<char> out) override;
  void rewind() override;

private:
  content_ptr message_;
  std::uint64_t given_ = 0;
};

} // namespace stagepost::outlet
