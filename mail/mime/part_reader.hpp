#pragma once

#include "mail/content.hpp"
#include "mail/mime/parsed_mail.hpp"
#include "mail/outlet/form_data.hpp"

#include <memory>
#include <string>

namespace stagepost::mime {

class part_decoder;

/// The octets of a part, decoded; those of a text in UTF-8. Holds some 64 KiB
/// of them while it is read, and none before and after.
class part_reader final : public outlet::octet_source {
public:
  /// @param from  The message that the part was found in.
  part_reader(content_ptr from, part what);
  ~part_reader() override;

  [[nodiscard]] std::uint64_t size() const noexcept override;
  std::size_t read(std::span<char> out) override;
  void rewind() override;

private:
  void refill();

  content_ptr from_;
  part what_;
  std::uint64_t taken_ = 0; ///< Of the encoded octets.
  std::string encoded_;
  std::string ready_;
  std::size_t given_ = 0; ///< Of what is ready.
  std::unique_ptr<part_decoder> decoder_;
  bool ended_ = false;
};

} // namespace stagepost::mime
