#include "mail/queue/id.hpp"

#include <algorithm>

namespace stagepost::queue {

namespace {

constexpr std::uint64_t epoch_ms = 1'700'000'000'000;
constexpr std::string_view alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
constexpr std::size_t text_length = 13; // 64 bits, 5 a character

} // namespace

time_point id::made_at() const noexcept {
  return time_point{std::chrono::milliseconds((value_ >> 22U) + epoch_ms)};
}

std::string to_string(id x) {
  std::string out(text_length, '0');
  auto rest = x.value();
  for (auto i = out.rbegin(); i != out.rend(); ++i, rest >>= 5U)
    *i = alphabet[rest & 31U];
  return out;
}

result<id> parse_id(std::string_view text) noexcept {
  if (text.size() != text_length)
    return format_errc::syntax;
  std::uint64_t value = 0;
  for (char c : text) {
    if (c >= 'a' && c <= 'z')
      c = static_cast<char>(c - 'a' + 'A');
    const auto digit = alphabet.find(c);
    if (digit == std::string_view::npos || (value >> 59U) != 0)
      return format_errc::syntax;
    value = (value << 5U) | digit;
  }
  return id{value};
}

id id_source::next(time_point now) noexcept {
  using namespace std::chrono;
  const auto since = duration_cast<milliseconds>(now.time_since_epoch());
  const auto ms = static_cast<std::uint64_t>(since.count()) - epoch_ms;
  auto last = last_.load(std::memory_order_relaxed);
  std::uint64_t next = 0;
  do {
    next = std::max(ms << 12U, last + 1);
  } while (!last_.compare_exchange_weak(last, next, std::memory_order_relaxed));
  return id{((next >> 12U) << 22U) | (std::uint64_t{shard_} << 12U)
            | (next & 4095U)};
}

void id_source::raise_to(id x) noexcept {
  const auto least = ((x.value() >> 22U) << 12U) | (x.value() & 4095U);
  auto last = last_.load(std::memory_order_relaxed);
  while (
    last < least
    && !last_.compare_exchange_weak(last, least, std::memory_order_relaxed)) {
  }
}

} // namespace stagepost::queue
