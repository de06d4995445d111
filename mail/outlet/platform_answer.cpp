#include "mail/outlet/platform_answer.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/header_text.hpp"
#include "mail/mime/utf8_converter.hpp"
#include "mail/utf8.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <optional>
#include <utility>

namespace stagepost::outlet {

namespace {

namespace json = boost::json;

constexpr std::size_t longest_line = 400;

bool is_space(char c) {
  const auto octet = static_cast<unsigned char>(c);
  return octet <= 0x20 || octet == 0x7f;
}

/// "Text/Plain; charset=utf-8" -> "text/plain"
std::string type_of(const platform_answer& x) {
  const auto end = x.content_type.find_first_of("; \t");
  return lower(std::string_view(x.content_type).substr(0, end));
}

bool is_json(std::string_view type) {
  return type == "application/json" || type.ends_with("+json");
}

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front()))
    text.remove_prefix(1);
  while (!text.empty() && is_space(text.back()))
    text.remove_suffix(1);
  return text;
}

/// What the body of an answer says.
struct said {
  std::string text;   ///< On one line; may be empty.
  std::string status; ///< Of a JSON object.
  bool odd = false;   ///< It calls itself JSON and is none.
};

std::string text_at(const json::object& x, std::string_view key) {
  const auto* value = x.if_contains(key);
  const auto* text = value != nullptr ? value->if_string() : nullptr;
  return text != nullptr ? std::string(text->data(), text->size())
                         : std::string{};
}

/// As UTF-8, where plain text says that it is in another charset.
std::string text_of(const platform_answer& x) {
  const auto type = mime::read_media_type(x.content_type);
  std::string out;
  if (type.type != "text/plain" || type.charset.empty()
      || iequals(type.charset, "utf-8")) {
    out = x.body;
  } else {
    mime::utf8_converter through(type.charset);
    through.convert(x.body, out);
    through.finish(out);
  }
  constexpr std::string_view mark = "\xEF\xBB\xBF"; // some write it first
  if (out.starts_with(mark))
    out.erase(0, mark.size());
  return out;
}

said read_body(const platform_answer& x) {
  const auto text = text_of(x);
  const auto body = trimmed(text);
  const auto type = type_of(x);
  if (body.empty())
    return {};
  // Many a platform sends JSON as text/plain, or as nothing at all.
  if (is_json(type) || body.front() == '{') {
    boost::system::error_code ec;
    const auto value = json::parse({body.data(), body.size()}, ec);
    if (!ec && value.is_object())
      return {one_line(text_at(value.get_object(), "message")),
              text_at(value.get_object(), "status"), false};
    if (is_json(type))
      return {{}, {}, ec.failed()};
  }
  if (type == "text/plain")
    return {one_line(body.substr(0, body.find_first_of("\r\n"))), {}, false};
  return {};
}

verdict failed(std::string reason, std::string by) {
  verdict out{verdict::kind::failed,
              {451, {4, 4, 1}, "The platform failed: " + reason},
              std::move(by)};
  out.detail = std::move(reason);
  out.tell_sender = true;
  return out;
}

verdict rejected(const std::string& text, unsigned status, std::string by) {
  verdict out{
    verdict::kind::rejected,
    {550, {5, 7, 1}, text.empty() ? "The platform rejected it" : text},
    std::move(by)};
  out.detail = "it answered " + std::to_string(status);
  return out;
}

verdict accepted(const std::string& text, unsigned status, std::string by) {
  verdict out{verdict::kind::accepted,
              {250, {2, 0, 0}, text.empty() ? "Accepted" : text},
              std::move(by)};
  out.detail = "it answered " + std::to_string(status);
  return out;
}

std::string answered(unsigned status, const std::string& text) {
  const auto number = "it answered " + std::to_string(status);
  return text.empty() ? number : number + ": " + text;
}

} // namespace

std::string one_line(std::string_view text) {
  text = trimmed(text);
  std::string out;
  while (!text.empty()) {
    const auto next = first_character(text);
    const auto length = next.length == 0 ? 1 : next.length;
    const auto piece = text.substr(0, length);
    text.remove_prefix(length);
    const bool space = (length == 1 && is_space(piece.front()))
                       || (length > 1 && disturbs(next.code));
    if (space && out.ends_with(' '))
      continue;
    if (out.size() + length > longest_line)
      break;
    if (space)
      out += ' ';
    else if (next.length == 0)
      out += '?';
    else
      out += piece;
  }
  return std::string(trimmed(out));
}

verdict judge(const platform_answer& x, std::string by) {
  if (x.status == 0)
    return failed(one_line(x.why), std::move(by));
  const auto [text, status, odd] = read_body(x);
  switch (x.status / 100) {
    case 2:
      if (odd)
        return failed("its JSON can't be read", std::move(by));
      if (status == "rejected")
        return rejected(text, x.status, std::move(by));
      if (status == "failed")
        return failed(answered(x.status, text.empty() ? "failed" : text),
                      std::move(by));
      return accepted(text, x.status, std::move(by));
    case 4:
      if (x.status != 408 && x.status != 429)
        return rejected(text, x.status, std::move(by));
      break;
    default:
      break;
  }
  return failed(answered(x.status, text), std::move(by));
}

bool shows_life(const platform_answer& x) noexcept {
  const auto kind = x.status / 100;
  return kind == 2 || (kind == 4 && x.status != 408);
}

} // namespace stagepost::outlet
