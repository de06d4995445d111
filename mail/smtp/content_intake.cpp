#include "mail/smtp/content_intake.hpp"

#include <utility>

namespace stagepost::smtp {

content_intake::content_intake(limits x, std::string trace)
  : limits_(x), octets_(std::move(trace)) {
}

std::size_t content_intake::take(std::string_view octets) {
  const bool refused = !refusal().empty();
  const auto before = octets_.size();
  const auto taken = decoder_.decode(octets, octets_);
  const auto fresh = std::string_view{octets_}.substr(before);
  size_ += fresh.size();
  header_.watch(fresh);
  if (refused)
    octets_.clear();
  else if (!refusal().empty())
    std::string{}.swap(octets_);
  return taken;
}

bool content_intake::endless() const noexcept {
  constexpr std::uint64_t grace = 1U << 20U;
  return limits_.octets != 0 && !ended() && size_ > grace
         && (size_ - grace) / 4 >= limits_.octets;
}

std::string_view content_intake::refusal() const noexcept {
  if (limits_.octets != 0 && size_ > limits_.octets)
    return "552 5.3.4 Message larger than the limit";
  if (decoder_.bare_newline() && !limits_.normalize_newlines)
    return "550 5.6.11 Bare CR or LF in the message; lines end with CRLF";
  if (header_.too_long())
    return "554 5.6.0 Message header too long";
  if (header_.loop())
    return "554 5.4.6 Mail loop: too many Received fields";
  return {};
}

std::string content_intake::fetch() {
  return std::exchange(octets_, {});
}

} // namespace stagepost::smtp
