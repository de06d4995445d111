#include "mail/outlet/mail_template.hpp"

#include <functional>

namespace stagepost::outlet {

namespace {

constexpr std::string_view opening = "{{";
constexpr std::string_view closing = "}}";

std::string_view trimmed(std::string_view x) {
  while (x.starts_with(' '))
    x.remove_prefix(1);
  while (x.ends_with(' '))
    x.remove_suffix(1);
  return x;
}

/// Cuts a template into what stands as it is and names.
void walk(std::string_view text,
          const std::function<void(std::string_view)>& on_text,
          const std::function<void(std::string_view, std::string_view)>& name) {
  while (!text.empty()) {
    const auto begin = text.find(opening);
    const auto end = begin == std::string_view::npos
                       ? begin
                       : text.find(closing, begin + opening.size());
    if (end == std::string_view::npos)
      return on_text(text);
    on_text(text.substr(0, begin));
    const auto whole = text.substr(begin, end + closing.size() - begin);
    name(trimmed(whole.substr(2, whole.size() - 4)), whole);
    text.remove_prefix(end + closing.size());
  }
}

void append_html(std::string& out, std::string_view value) {
  for (const char c : value)
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      case '\n':
        out += "<br>\n";
        break;
      default:
        out += c;
    }
}

} // namespace

std::string fill(std::string_view text,
                 const std::map<std::string, std::string, std::less<>>& values,
                 template_kind kind) {
  std::string out;
  walk(
    text, [&out](std::string_view x) { out += x; },
    [&](std::string_view name, std::string_view whole) {
      const auto i = values.find(name);
      if (i == values.end())
        out += whole;
      else if (kind == template_kind::html)
        append_html(out, i->second);
      else
        out += i->second;
    });
  return out;
}

std::vector<std::string> names_in(std::string_view text) {
  std::vector<std::string> out;
  walk(
    text, [](std::string_view) {},
    [&out](std::string_view name, std::string_view) {
      out.emplace_back(name);
    });
  return out;
}

} // namespace stagepost::outlet
