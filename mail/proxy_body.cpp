#include "mail/proxy_body.hpp"

#include "mail/ascii.hpp"

#include <boost/crc.hpp>

#include <algorithm>
#include <arpa/inet.h>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <string>

namespace stagepost {

namespace {

using octets_16 = std::array<unsigned char, 16>;

// -- addresses ----------------------------------------------------------------

std::string text_of(int family, const void* address) {
  std::array<char, INET6_ADDRSTRLEN> text{};
  ::inet_ntop(family, address, text.data(), text.size());
  return text.data();
}

// A proxy that listens on [::] for both kinds means an IPv4 client with this,
// and whoever looks for it in a list of networks should find it there.
std::string text_of_v6(const octets_16& x) {
  constexpr std::array<unsigned char, 12> v4_within{0, 0, 0, 0, 0,    0,
                                                    0, 0, 0, 0, 0xff, 0xff};
  if (std::equal(v4_within.begin(), v4_within.end(), x.begin()))
    return text_of(AF_INET, x.data() + v4_within.size());
  return text_of(AF_INET6, x.data());
}

bool read_address(int family, std::string_view text, std::string& to) {
  octets_16 x{};
  if (text.find('\0') != std::string_view::npos
      || ::inet_pton(family, std::string{text}.c_str(), x.data()) != 1)
    return false;
  to = family == AF_INET ? text_of(AF_INET, x.data()) : text_of_v6(x);
  return true;
}

bool read_port(std::string_view text, std::uint16_t& to) {
  if (text.empty() || (text.size() > 1 && text.front() == '0'))
    return false;
  const auto* end = text.data() + text.size();
  const auto got = std::from_chars(text.data(), end, to);
  return got.ec == std::errc{} && got.ptr == end;
}

/// Takes what is before the next space, and the space.
std::string_view take_word(std::string_view& line) {
  const auto at = line.find(' ');
  const auto word = line.substr(0, at);
  line.remove_prefix(at == std::string_view::npos ? line.size() : at + 1);
  return word;
}

// -- version 2 ----------------------------------------------------------------

/// Takes numbers and texts off the front of octets, as long as there are some.
class octet_reader {
public:
  explicit octet_reader(std::string_view octets) : rest_(octets) {
  }

  [[nodiscard]] bool empty() const noexcept {
    return rest_.empty();
  }

  std::optional<std::string_view> text(std::size_t size) {
    if (size > rest_.size())
      return std::nullopt;
    const auto out = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return out;
  }

  /// Most significant octet first.
  std::optional<std::uint32_t> number(std::size_t octets) {
    const auto from = text(octets);
    if (!from)
      return std::nullopt;
    std::uint32_t out = 0;
    for (const char c : *from)
      out = out << 8U | static_cast<unsigned char>(c);
    return out;
  }

private:
  std::string_view rest_;
};

struct extension {
  std::uint32_t type = 0;
  std::string_view value;
};

std::optional<extension> take_extension(octet_reader& from) {
  const auto type = from.number(1);
  const auto size = from.number(2);
  const auto value = size ? from.text(*size) : std::nullopt;
  if (!value)
    return std::nullopt;
  return extension{*type, *value};
}

// Twice the same could be understood in two ways, so it is refused.
bool keep_text(std::string_view value, std::string& to) {
  const auto bad = std::any_of(value.begin(), value.end(), [](char c) {
    return (c >= 0 && c < ' ') || c == '\x7f';
  });
  if (bad || !to.empty())
    return false;
  to = value;
  return true;
}

bool read_tls(std::string_view value, proxy_tls& to) {
  constexpr std::uint32_t encrypted = 1;
  constexpr std::uint32_t certificate = 2 | 4; // now, or in the session
  enum : std::uint32_t { version = 0x21, common_name, cipher };
  octet_reader from{value};
  const auto client = from.number(1);
  const auto failure = from.number(4);
  if (!failure)
    return false;
  to.encrypted = (*client & encrypted) != 0;
  to.certificate = to.encrypted && (*client & certificate) != 0;
  to.verified = to.certificate && *failure == 0;
  while (!from.empty()) {
    const auto x = take_extension(from);
    if (!x || (x->type == version && !keep_text(x->value, to.version))
        || (x->type == common_name && !keep_text(x->value, to.common_name))
        || (x->type == cipher && !keep_text(x->value, to.cipher)))
      return false;
  }
  return true;
}

/// @param sum  Where in `whole` the checksum is; it counts as zeros.
bool checksum_holds(std::string_view whole, std::string_view sum) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc;
  const std::array<char, 4> zeros{};
  const auto before = static_cast<std::size_t>(sum.data() - whole.data());
  const auto after = whole.substr(before + zeros.size());
  crc.process_bytes(whole.data(), before);
  crc.process_bytes(zeros.data(), zeros.size());
  crc.process_bytes(after.data(), after.size());
  return octet_reader{sum}.number(zeros.size()) == crc.checksum();
}

bool read_extensions(octet_reader from, std::string_view whole,
                     proxy_header& to) {
  enum : std::uint32_t { alpn = 1, authority = 2, crc32c = 3, tls = 0x20 };
  while (!from.empty()) {
    const auto x = take_extension(from);
    if (!x)
      return false;
    bool good = true;
    if (x->type == alpn)
      good = keep_text(x->value, to.alpn);
    else if (x->type == authority)
      good = keep_text(x->value, to.authority);
    else if (x->type == crc32c)
      good = x->value.size() == 4 && checksum_holds(whole, x->value);
    else if (x->type == tls)
      good = !to.tls && read_tls(x->value, to.tls.emplace());
    if (!good)
      return false;
  }
  return true;
}

bool read_addresses(bool v6, octet_reader& from, proxy_header& to) {
  const std::size_t size = v6 ? 16 : 4;
  for (auto* address : {&to.source, &to.destination}) {
    const auto octets = from.text(size);
    if (!octets)
      return false;
    octets_16 x{};
    std::memcpy(x.data(), octets->data(), size);
    *address = v6 ? text_of_v6(x) : text_of(AF_INET, x.data());
  }
  const auto source_port = from.number(2);
  const auto destination_port = from.number(2);
  if (!destination_port)
    return false;
  to.source_port = static_cast<std::uint16_t>(*source_port);
  to.destination_port = static_cast<std::uint16_t>(*destination_port);
  return true;
}

} // namespace

bool parse_proxy_line(std::string_view line, proxy_header& to) {
  const auto family = take_word(line);
  // Section 2.1: whatever follows UNKNOWN is to be ignored.
  if (family == "UNKNOWN")
    return true;
  if (family != "TCP4" && family != "TCP6")
    return false;
  to.from = proxy_header::origin::client;
  const int kind = family == "TCP4" ? AF_INET : AF_INET6;
  return read_address(kind, take_word(line), to.source)
         && read_address(kind, take_word(line), to.destination)
         && read_port(take_word(line), to.source_port)
         && read_port(line, to.destination_port);
}

bool parse_proxy_body(std::string_view whole, std::size_t fixed,
                      proxy_header& to) {
  constexpr char tcp4 = 0x11;
  constexpr char tcp6 = 0x21;
  const char family = whole[13];
  // Section 2.2: what is valid and of no use to us is as good as UNSPEC.
  if (family != tcp4 && family != tcp6)
    return true;
  to.from = proxy_header::origin::client;
  octet_reader body{whole.substr(fixed)};
  return read_addresses(family == tcp6, body, to)
         && read_extensions(body, whole, to);
}

} // namespace stagepost
