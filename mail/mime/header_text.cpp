#include "mail/mime/header_text.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/encoded_words.hpp"
#include "mail/mime/parameters.hpp"
#include "mail/utf8.hpp"
#include "mail/utf8_repair.hpp"

#include <algorithm>

namespace stagepost::mime {

namespace {

/// More of a structured field is not read: nobody means it well.
constexpr std::size_t most_structured = 16U << 10U;
constexpr std::size_t longest_type = 200;
constexpr std::size_t longest_id = 1000;

bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7F;
}

/// On one line, without NUL.
std::string unfolded(std::string_view value) {
  std::string out;
  out.reserve(value.size());
  for (const char c : value)
    if (c != '\r' && c != '\n')
      out += c == '\0' ? ' ' : c;
  return out;
}

std::string_view trimmed(std::string_view x) {
  const auto begin = x.find_first_not_of(" \t");
  if (begin == std::string_view::npos)
    return {};
  return x.substr(begin, x.find_last_not_of(" \t") - begin + 1);
}

std::string from_windows_1252(std::string_view text) {
  return in_utf8("windows-1252", text);
}

/// What was decoded, as it goes on.
std::string clean(std::string_view text) {
  auto out = repaired_utf8(text);
  std::replace_if(out.begin(), out.end(), is_control, ' ');
  return std::string(trimmed(out));
}

std::string structured(std::string_view value) {
  auto text = unfolded(value.substr(0, most_structured));
  if (!is_utf8(value))
    text = from_windows_1252(text);
  return std::string(trimmed(text));
}

bool is_type(std::string_view x) {
  constexpr std::string_view others = "/!#$&-^_.+";
  return x.size() <= longest_type && x.find('/') != std::string_view::npos
         && std::all_of(x.begin(), x.end(), [others](char c) {
              return is_alnum(c) || others.find(c) != std::string_view::npos;
            });
}

} // namespace

std::string header_text(std::string_view value) {
  auto text = unfolded(value);
  if (!is_utf8(text))
    text = from_windows_1252(text);
  return clean(decoded_words(text));
}

media_type read_media_type(std::string_view value) {
  const auto text = structured(value);
  const parameters its(text);
  auto type = lower(type_before_parameters(text));
  if (!is_type(type))
    type = "application/octet-stream";
  return {std::move(type), clean(its.of("charset")), clean(its.of("boundary")),
          clean(its.of("name"))};
}

disposition read_disposition(std::string_view value) {
  const auto text = structured(value);
  return {lower(clean(text.substr(0, text.find(';')))),
          clean(parameters(text).of("filename"))};
}

std::string id_in(std::string_view value) {
  auto text = header_text(value.substr(0, most_structured));
  if (const auto begin = text.find('<'); begin != std::string::npos)
    text = text.substr(begin + 1, text.find('>', begin) - begin - 1);
  return repaired_utf8(trimmed(text).substr(0, longest_id));
}

} // namespace stagepost::mime
