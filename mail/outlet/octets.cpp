#include "mail/outlet/octets.hpp"

#include <utility>

namespace stagepost::outlet {

text_octets::text_octets(std::string text) : text_(std::move(text)) {
}

std::uint64_t text_octets::size() const noexcept {
  return text_.size();
}

std::size_t text_octets::read(std::span<char> out) {
  const auto n = text_.copy(out.data(), out.size(), given_);
  given_ += n;
  return n;
}

void text_octets::rewind() {
  given_ = 0;
}

content_octets::content_octets(content_ptr message)
  : message_(std::move(message)) {
}

std::uint64_t content_octets::size() const noexcept {
  return message_->size();
}

std::size_t content_octets::read(std::span<char> out) {
  const auto n = message_->read(given_, out);
  given_ += n;
  return n;
}

void content_octets::rewind() {
  given_ = 0;
}

} // namespace stagepost::outlet
