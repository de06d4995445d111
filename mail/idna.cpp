#include "mail/idna.hpp"

#include "mail/ascii.hpp"
#include "mail/utf8.hpp"

#include <idn2.h>
#include <memory>

namespace stagepost {

namespace {

constexpr std::size_t longest = 1024; // before it is converted

struct release {
  void operator()(char* x) const noexcept {
    idn2_free(x);
  }
};
using text_ptr = std::unique_ptr<char, release>;

} // namespace

result<std::string> to_ascii_domain(std::string_view domain) {
  if (is_ascii(domain))
    return lower(domain);
  if (domain.size() > longest || domain.find('\0') != std::string_view::npos)
    return format_errc::syntax;
  char* out = nullptr;
  const auto status = idn2_to_ascii_8z(
    std::string(domain).c_str(), &out,
    IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL); // NOLINT(hicpp-signed-bitwise)
  const text_ptr owner(out);
  if (status != IDN2_OK)
    return format_errc::syntax;
  return lower(out);
}

result<std::string> to_unicode_domain(std::string_view domain) {
  if (is_ascii(domain))
    return lower(domain);
  const auto ascii = to_ascii_domain(domain);
  if (!ascii)
    return ascii.error();
  char* out = nullptr;
  const auto status = idn2_to_unicode_8z8z(ascii->c_str(), &out, 0);
  const text_ptr owner(out);
  if (status != IDN2_OK)
    return format_errc::syntax;
  return std::string(out);
}

} // namespace stagepost
