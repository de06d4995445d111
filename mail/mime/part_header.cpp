#include "mail/mime/part_header.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/entity.hpp"
#include "mail/mime/file_name.hpp"
#include "mail/mime/header_text.hpp"

#include <algorithm>
#include <optional>

namespace stagepost::mime {

namespace {

constexpr std::size_t longest_token = 100;
/// A line that is longer can't be told from text.
constexpr std::size_t longest_boundary = 900;

/// The first word of a field that is to hold nothing else.
std::string token(std::string_view value) {
  auto text = lower(header_text(value.substr(0, longest_token)));
  return text.substr(0, text.find_first_of(" \t;("));
}

// RFC 2045, 5.2: what can't be read is text, as is what says no more.
media_type type_of(const std::optional<std::string>& value, bool in_digest) {
  if (!value)
    return {in_digest ? "message/rfc822" : "text/plain", {}, {}, {}};
  auto out = read_media_type(*value);
  if (const auto word = token(*value); word.empty() || word == "text")
    out.type = "text/plain";
  return out;
}

std::string usable(std::string boundary) {
  return boundary.size() <= longest_boundary ? std::move(boundary)
                                             : std::string{};
}

} // namespace

std::vector<std::pair<std::string, std::string>>
raw_fields(std::string_view header) {
  std::string lines;
  lines.reserve(header.size());
  for (const char c : header) {
    if (c == '\n' && !lines.ends_with('\r'))
      lines += '\r';
    lines += c;
  }
  std::vector<std::pair<std::string, std::string>> out;
  for (const auto& x : fields_of(lines))
    if (!x.name.empty())
      out.emplace_back(x.name, x.value);
  return out;
}

part_header read_part_header(std::string_view header, bool in_digest) {
  const auto fields = raw_fields(header);
  const auto field
    = [&fields](std::string_view name) -> std::optional<std::string> {
    const auto i
      = std::find_if(fields.begin(), fields.end(), [name](const auto& x) {
          return same_name(x.first, name);
        });
    return i == fields.end() ? std::nullopt : std::optional(i->second);
  };
  part_header out;
  auto type = type_of(field("content-type"), in_digest);
  out.it.type = std::move(type.type);
  if (out.it.type.starts_with("text/"))
    out.it.charset = std::move(type.charset);
  if (out.it.type.starts_with("multipart/"))
    out.boundary = usable(std::move(type.boundary));
  disposition how;
  if (const auto x = field("content-disposition"))
    how = read_disposition(*x);
  out.it.name
    = safe_file_name(how.file_name.empty() ? type.name : how.file_name);
  out.it.in_line = how.how == "inline";
  out.it.content_id = id_in(field("content-id").value_or(""));
  out.it.encoding = token(field("content-transfer-encoding").value_or("7bit"));
  out.attached = how.how == "attachment" || !out.it.name.empty();
  return out;
}

} // namespace stagepost::mime
