#include "mail/dkim/header.hpp"

#include "mail/ascii.hpp"

#include <algorithm>

namespace stagepost::dkim {

namespace {

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

/// Octets of the first line, its end included.
std::size_t line_size(std::string_view octets, line_end ends) {
  const auto at = ends == line_end::any ? octets.find_first_of("\r\n")
                                        : octets.find("\r\n");
  if (at == std::string_view::npos)
    return octets.size();
  return at + (octets.substr(at).starts_with("\r\n") ? 2 : 1);
}

bool is_empty(std::string_view line, line_end ends) {
  return line == "\r\n"
         || (ends == line_end::any && (line == "\n" || line == "\r"));
}

/// The name of the field that begins with this line; empty if none does.
std::string_view name_of(std::string_view line) {
  auto name = line.substr(0, line.find(':'));
  if (name.size() == line.size())
    return {};
  while (!name.empty() && is_blank(name.back()))
    name.remove_suffix(1);
  const bool good = std::all_of(name.begin(), name.end(),
                                [](char c) { return c > ' ' && c < '\x7f'; });
  return good ? name : std::string_view{};
}

} // namespace

std::string_view header_field::value() const noexcept {
  return text.substr(text.find(':') + 1);
}

const header_field* header::find(std::string_view name) const noexcept {
  const auto i = std::find_if(fields.begin(), fields.end(),
                              [&](auto& x) { return iequals(x.name, name); });
  return i == fields.end() ? nullptr : &*i;
}

std::size_t header::count(std::string_view name) const noexcept {
  return static_cast<std::size_t>(
    std::count_if(fields.begin(), fields.end(),
                  [&](auto& x) { return iequals(x.name, name); }));
}

result<header> read_header(std::string_view octets, line_end ends) {
  header out;
  out.ends = ends;
  auto rest = octets;
  while (!rest.empty()) {
    const auto line = rest.substr(0, line_size(rest, ends));
    if (out.size + line.size() > longest_header)
      return format_errc::too_long;
    out.size += line.size();
    rest.remove_prefix(line.size());
    if (is_empty(line, ends))
      break;
    if (is_blank(line.front())) {
      if (out.fields.empty())
        return format_errc::syntax;
      auto& text = out.fields.back().text;
      text = {text.data(), text.size() + line.size()};
      continue;
    }
    const auto name = name_of(line);
    if (name.empty())
      return format_errc::syntax;
    out.fields.push_back({name, line});
  }
  return out;
}

} // namespace stagepost::dkim
