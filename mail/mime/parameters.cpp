#include "mail/mime/parameters.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/encoded_words.hpp"
#include "mail/mime/field_cursor.hpp"

#include <algorithm>
#include <charconv>

namespace stagepost::mime {

namespace {

/// Reads parameters, loosely.
class parameter_reader : public field_cursor {
public:
  using field_cursor::field_cursor;

  /// A parameter's name, without what RFC 2231 adds to it.
  std::string name() {
    skip();
    return std::string(taken(first_not([](char c) {
      constexpr std::string_view others = "()<>@,;:\\\"/[]?=*";
      return is_printable(c) && c != ' ' && others.find(c) == others.npos;
    })));
  }

  /// The number of a part; 0 if it is too large.
  int part() {
    skip();
    const auto digits = taken(first_not(is_digit));
    int out = 0;
    const auto end = digits.data() + digits.size();
    return std::from_chars(digits.data(), end, out).ec == std::errc{} ? out : 0;
  }

  std::string value() {
    if (take('"'))
      return quoted();
    auto out = taken(std::min(rest_.find(';'), rest_.size()));
    while (!out.empty() && is_space(out.back()))
      out.remove_suffix(1);
    return std::string(out);
  }

  /// Behind the next ";". @returns false if there is none.
  bool next() {
    rest_.remove_prefix(std::min(rest_.find(';'), rest_.size()));
    return take(';');
  }

private:
  template <class F>
  [[nodiscard]] std::size_t first_not(F is) const {
    return static_cast<std::size_t>(
      std::find_if_not(rest_.begin(), rest_.end(), is) - rest_.begin());
  }
  std::string_view taken(std::size_t n) {
    const auto out = rest_.substr(0, n);
    rest_.remove_prefix(out.size());
    return out;
  }
  std::string quoted() {
    std::string out;
    for (; !rest_.empty() && now() != '"'; rest_.remove_prefix(1)) {
      if (now() == '\\' && rest_.size() > 1)
        rest_.remove_prefix(1);
      out += now();
    }
    taken(1);
    return out;
  }
};

std::string without_percent(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    unsigned code = 0;
    const auto* const hex = text.data() + 1;
    if (text.front() == '%' && text.size() > 2
        && std::from_chars(hex, hex + 2, code, 16).ptr == hex + 2) {
      out += static_cast<char>(code);
      text.remove_prefix(3);
    } else {
      out += text.front();
      text.remove_prefix(1);
    }
  }
  return out;
}

/// Takes `charset'language'` off the front of an encoded value.
std::string take_charset(std::string_view& value) {
  const auto first = value.find('\'');
  if (first == std::string_view::npos)
    return {};
  auto out = std::string(value.substr(0, first));
  value.remove_prefix(first + 1);
  if (const auto second = value.find('\''); second != std::string_view::npos)
    value.remove_prefix(second + 1);
  return out;
}

} // namespace

std::string type_before_parameters(std::string_view text) {
  parameter_reader from(text);
  const auto type = from.name();
  if (!from.take('/'))
    return {};
  const auto subtype = from.name();
  return type.empty() || subtype.empty() ? std::string{} : type + '/' + subtype;
}

parameters::parameters(std::string_view text) {
  parameter_reader from(text);
  while (from.next()) {
    parameter x;
    x.name = from.name();
    if (from.take('*')) {
      x.encoded = from.take('=');
      if (!x.encoded) {
        x.part = from.part();
        x.encoded = from.take('*');
      }
    }
    if (x.name.empty() || (!(x.encoded && x.part < 0) && !from.take('=')))
      continue;
    x.value = from.value();
    all_.push_back(std::move(x));
  }
}

std::string parameters::joined(std::vector<const parameter*> parts) {
  std::stable_sort(
    parts.begin(), parts.end(),
    [](const auto* a, const auto* b) { return a->part < b->part; });
  std::string charset;
  std::string out;
  bool encoded = false;
  for (const auto* x : parts) {
    std::string_view value = x->value;
    if (x->encoded && x == parts.front())
      charset = take_charset(value);
    out += x->encoded ? without_percent(value) : std::string(value);
    encoded |= x->encoded;
  }
  return encoded ? in_utf8(charset, out) : decoded_words(out);
}

std::string parameters::of(std::string_view name) const {
  std::vector<const parameter*> parts;
  for (const auto& x : all_)
    if (iequals(x.name, name) && (parts.empty() || x.part >= 0))
      parts.push_back(&x);
  if (parts.empty())
    return {};
  if (parts.front()->part < 0)
    parts.resize(1);
  return joined(std::move(parts));
}

} // namespace stagepost::mime
