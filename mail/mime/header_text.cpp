#include "mail/mime/header_text.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/gmime_library.hpp"
#include "mail/mime/utf8_converter.hpp"
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

/// On one line, without what would end a C string.
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
  std::string out;
  utf8_converter it("windows-1252");
  it.convert(text, out);
  it.finish(out);
  return out;
}

/// What may come out of GMime as it goes on.
std::string clean(const char* text) {
  auto out = repaired_utf8(text == nullptr ? "" : text);
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

// What needs no decoding does not wait for GMime, which opens a converter for
// every word that is not ASCII.
std::string header_text(std::string_view value) {
  auto text = unfolded(value);
  if (!is_utf8(text))
    text = from_windows_1252(text);
  if (text.find("=?") == std::string::npos)
    return clean(text.c_str());
  const glib_text decoded(
    g_mime_utils_header_decode_text(header_options(), text.c_str()), g_free);
  return clean(decoded.get());
}

media_type read_media_type(std::string_view value) {
  const auto text = structured(value);
  const gmime_ptr<GMimeContentType> it(
    g_mime_content_type_parse(header_options(), text.c_str()));
  const auto parameter = [&it](const char* name) {
    return clean(g_mime_content_type_get_parameter(it.get(), name));
  };
  auto type = lower(clean(g_mime_content_type_get_media_type(it.get()))) + '/'
              + lower(clean(g_mime_content_type_get_media_subtype(it.get())));
  if (!is_type(type))
    type = "application/octet-stream";
  return {std::move(type), parameter("charset"), parameter("boundary"),
          parameter("name")};
}

disposition read_disposition(std::string_view value) {
  const auto text = structured(value);
  const gmime_ptr<GMimeContentDisposition> it(
    g_mime_content_disposition_parse(header_options(), text.c_str()));
  return {
    lower(clean(g_mime_content_disposition_get_disposition(it.get()))),
    clean(g_mime_content_disposition_get_parameter(it.get(), "filename"))};
}

std::string id_in(std::string_view value) {
  auto text = header_text(value.substr(0, most_structured));
  if (const auto begin = text.find('<'); begin != std::string::npos)
    text = text.substr(begin + 1, text.find('>', begin) - begin - 1);
  return repaired_utf8(trimmed(text).substr(0, longest_id));
}

} // namespace stagepost::mime
