#include "mail/sasl/saslprep.hpp"

#include "mail/ascii.hpp"
#include "mail/sasl/secret.hpp"

#include <algorithm>
#include <stringprep.h>

namespace stagepost::sasl {

namespace {

constexpr std::size_t max_octets = 4096;
// NFKC makes one character of up to 3 octets 33 (U+FDFA); this is ample.
constexpr std::size_t growth = 16;

} // namespace

result<std::string> saslprep(std::string_view text) {
  if (text.size() > max_octets)
    return format_errc::too_long;
  if (text.empty() || text.find('\0') != std::string_view::npos)
    return format_errc::syntax;
  if (std::all_of(text.begin(), text.end(), is_printable))
    return std::string{text};
  std::string buffer{text};
  buffer.resize(text.size() * growth + 1); // zero-ended, with room to grow
  const auto outcome
    = stringprep(buffer.data(), buffer.size(), Stringprep_profile_flags{},
                 stringprep_saslprep);
  std::string out;
  if (outcome == STRINGPREP_OK)
    out = buffer.c_str();
  wipe(buffer);
  if (out.empty())
    return format_errc::syntax;
  return out;
}

} // namespace stagepost::sasl
