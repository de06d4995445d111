#include "mail/mime/entity.hpp"

#include "mail/mime/field_cursor.hpp"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <utility>

namespace stagepost::mime {

namespace {

constexpr std::size_t most_boundary = 70;

char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

std::string lower(std::string_view x) {
  std::string out(x);
  for (auto& c : out)
    c = lower(c);
  return out;
}

bool is_token(char c) {
  constexpr std::string_view specials = "()<>@,;:\\\"/[]?=";
  return c > ' ' && c <= '~' && specials.find(c) == std::string_view::npos;
}

/// Reads the value of a structured field, strictly.
class reader : public field_cursor {
public:
  using field_cursor::field_cursor;

  std::optional<std::string> token() {
    if (!skip())
      return std::nullopt;
    std::string out;
    for (; !rest_.empty() && is_token(now()); rest_.remove_prefix(1))
      out += now();
    if (out.empty())
      return std::nullopt;
    return out;
  }

  std::optional<std::string> value() {
    if (!take('"'))
      return token();
    std::string out;
    for (; !rest_.empty() && now() != '"'; rest_.remove_prefix(1)) {
      if (now() == '\\' && rest_.size() > 1)
        rest_.remove_prefix(1);
      if (now() != '\r' && now() != '\n')
        out += now();
    }
    if (rest_.empty())
      return std::nullopt;
    rest_.remove_prefix(1);
    return out;
  }

  bool at_end() {
    return skip() && rest_.empty();
  }
};

mime::encoding encoding_named(std::string_view value) {
  reader from(value);
  const auto word = from.token();
  if (!word || !from.at_end())
    return encoding::other;
  const std::pair<std::string_view, mime::encoding> known[]
    = {{"7bit", encoding::seven_bit},
       {"8bit", encoding::eight_bit},
       {"binary", encoding::binary},
       {"quoted-printable", encoding::quoted_printable},
       {"base64", encoding::base64}};
  for (const auto& [name, x] : known)
    if (same_name(*word, name))
      return x;
  return encoding::other;
}

bool is_plain(mime::encoding x) {
  return x == encoding::seven_bit || x == encoding::eight_bit
         || x == encoding::binary;
}

entity::kind kind_of(const entity& x) {
  if (x.malformed || !is_plain(x.encoding))
    return entity::kind::leaf;
  if (x.type.type == "multipart" && !x.type.boundary.empty())
    return entity::kind::multipart;
  if (x.type.type == "message" && x.type.subtype == "rfc822")
    return entity::kind::message;
  return entity::kind::leaf;
}

} // namespace

bool has_eight_bit(std::string_view octets) noexcept {
  constexpr std::uint64_t high = 0x8080'8080'8080'8080;
  for (; octets.size() >= sizeof high; octets.remove_prefix(sizeof high)) {
    std::uint64_t word = 0;
    std::memcpy(&word, octets.data(), sizeof word);
    if ((word & high) != 0)
      return true;
  }
  return std::any_of(octets.begin(), octets.end(), [](char c) {
    return static_cast<unsigned char>(c) > 127;
  });
}

bool same_name(std::string_view a, std::string_view b) noexcept {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [](char x, char y) { return lower(x) == y; });
}

std::optional<content_type> parse_content_type(std::string_view value) {
  reader from(value);
  auto type = from.token();
  if (!type || !from.take('/'))
    return std::nullopt;
  auto subtype = from.token();
  if (!subtype)
    return std::nullopt;
  content_type out{lower(*type), lower(*subtype), {}};
  bool bounded = false;
  while (from.take(';')) {
    if (from.at_end())
      return out; // a ";" too many is common
    const auto name = from.token();
    if (!name || !from.take('='))
      return std::nullopt;
    auto text = from.value();
    if (!text)
      return std::nullopt;
    if (lower(name->substr(0, name->find('*'))) != "boundary")
      continue;
    if (std::exchange(bounded, true) || name->size() != 8 || text->empty()
        || text->size() > most_boundary || text->back() == ' ')
      return std::nullopt;
    out.boundary = std::move(*text);
  }
  if (!from.at_end())
    return std::nullopt;
  return out;
}

std::vector<header_field> fields_of(std::string_view header) {
  std::vector<header_field> out;
  while (!header.empty() && !header.starts_with("\r\n")) {
    std::size_t end = 0;
    do { // a line that begins with space goes on with the field
      const auto line = header.find("\r\n", end);
      end = line == std::string_view::npos ? header.size() : line + 2;
    } while (end < header.size()
             && (header[end] == ' ' || header[end] == '\t'));
    header_field x{{}, {}, header.substr(0, end)};
    const auto colon = x.all.find(':');
    auto name = x.all.substr(0, colon);
    while (name.ends_with(' ') || name.ends_with('\t'))
      name.remove_suffix(1);
    if (colon != std::string_view::npos
        && std::all_of(name.begin(), name.end(),
                       [](char c) { return c > ' ' && c <= '~'; })) {
      x.name = name;
      x.value = x.all.substr(colon + 1);
    }
    out.push_back(x);
    header.remove_prefix(end);
  }
  return out;
}

void read_header(std::string_view header, bool in_digest, entity& to) {
  bool encoded = false;
  to.ascii_header = !has_eight_bit(header);
  if (in_digest)
    to.type = {"message", "rfc822", {}};
  for (const auto& x : fields_of(header)) {
    if (x.name.empty()) {
      to.malformed = true;
    } else if (same_name(x.name, "content-type")) {
      auto type = parse_content_type(x.value);
      to.malformed |= !type || std::exchange(to.has_type, true);
      if (type)
        to.type = std::move(*type);
    } else if (same_name(x.name, "content-transfer-encoding")) {
      to.malformed |= std::exchange(encoded, true);
      to.encoding = encoding_named(x.value);
    } else if (same_name(x.name, "mime-version")) {
      to.has_version = true;
    }
  }
  to.what = kind_of(to);
}

} // namespace stagepost::mime
