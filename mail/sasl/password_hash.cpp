#include "mail/sasl/password_hash.hpp"

#include "mail/sasl/base64.hpp"

#include <charconv>

namespace stagepost::sasl {

namespace {

constexpr std::string_view head = "$argon2id$v=19$m=";
constexpr std::size_t least_salt = 8; // argon2's own floor
constexpr std::size_t least_hash = 16;
constexpr std::size_t most_octets = 64; // of either

bool take(std::string_view& text, std::string_view expected) {
  if (!text.starts_with(expected))
    return false;
  text.remove_prefix(expected.size());
  return true;
}

/// Digits without a sign or leading zero.
bool take(std::string_view& text, std::uint32_t& number, std::uint32_t most) {
  const auto [stop, ec]
    = std::from_chars(text.data(), text.data() + text.size(), number);
  if (ec != std::errc{} || text.front() == '0' || number > most)
    return false;
  text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
  return true;
}

// The format leaves base64's padding out.

std::string unpadded(std::string_view octets) {
  auto out = encode_base64(octets);
  out.resize(out.find_last_not_of('=') + 1);
  return out;
}

bool read_unpadded(std::string_view text, std::size_t least, std::string& out) {
  if (text.size() > 2 * most_octets || text.ends_with('='))
    return false;
  auto octets
    = decode_base64(std::string{text} + std::string(-text.size() % 4, '='));
  if (!octets || octets->size() < least || octets->size() > most_octets)
    return false;
  out = std::move(*octets);
  return true;
}

} // namespace

std::optional<password_hash> parse_password_hash(std::string_view text) {
  password_hash out;
  auto& [memory, passes, lanes] = out.cost;
  const bool cost = take(text, head) && take(text, memory, most_cost.memory)
                    && take(text, ",t=") && take(text, passes, most_cost.passes)
                    && take(text, ",p=") && take(text, lanes, most_cost.lanes)
                    && take(text, "$") && memory >= 8 * lanes;
  const auto end = text.find('$');
  if (!cost || end == std::string_view::npos
      || !read_unpadded(text.substr(0, end), least_salt, out.salt)
      || !read_unpadded(text.substr(end + 1), least_hash, out.hash))
    return std::nullopt;
  return out;
}

std::string to_string(const password_hash& x) {
  return std::string{head} + std::to_string(x.cost.memory) + ",t="
         + std::to_string(x.cost.passes) + ",p=" + std::to_string(x.cost.lanes)
         + '$' + unpadded(x.salt) + '$' + unpadded(x.hash);
}

} // namespace stagepost::sasl
