#pragma once

#include "mail/mime/part_header.hpp"
#include "mail/mime/walker.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::mime {

/// Gathers where the parts of a message lie, while its octets pass.
class mail_outline final : public walker::visitor {
public:
  /// The header of the message itself.
  [[nodiscard]] const std::string& top() const noexcept {
    return top_;
  }

  /// All that is no container, in order. One of them may be the text and one
  /// the html. Call it when the message has ended.
  [[nodiscard]] std::vector<part> parts() &&;

  void read(std::string_view octets, bool in_digest, entity& to) override;
  void header(const entity& x, std::string_view octets) override;
  void body(const entity& x, std::string_view octets) override;
  void between(std::string_view octets) override;

private:
  void choose();

  std::string top_;
  std::vector<part_header> leaves_;
  part_header now_;
  std::uint64_t at_ = 0;    ///< How many octets have passed.
  std::uint64_t begin_ = 0; ///< Of what comes after the header.
};

} // namespace stagepost::mime
