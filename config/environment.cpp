#include "config/environment.hpp"

#include <algorithm>
#include <string_view>
#include <unistd.h>
#include <utility>

namespace stagepost::config {

namespace {

bool is_name(std::string_view x) {
  const auto letter = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';
  };
  return !x.empty() && letter(x[0])
         && std::all_of(x.begin(), x.end(), [&](char c) {
              return letter(c) || (c >= '0' && c <= '9');
            });
}

class expansion {
public:
  expansion(const std::map<std::string, std::string>& environment, report& out)
    : environment_(environment), out_(out) {
  }

  void walk(yaml_value& x) const {
    if (x.is == yaml_value::kind::text && !replace(x.text, x.at))
      x.is = yaml_value::kind::broken;
    for (auto& item : x.items)
      walk(item);
    for (auto& entry : x.entries)
      walk(entry.value);
  }

private:
  /// Appends the value for what stands between `${` and `}`.
  bool look_up(std::string_view inner, place at, std::string& to) const {
    const auto mark = inner.find(":-");
    const std::string name(inner.substr(0, mark));
    if (!is_name(name)) {
      out_.complain(at, backquoted("${" + std::string(inner) + "}")
                          + " names no variable; `$${` makes a plain `${`");
      return false;
    }
    const auto found = environment_.find(name);
    const bool set = found != environment_.end();
    if (mark != std::string_view::npos)
      to += set && !found->second.empty() ? std::string_view(found->second)
                                          : inner.substr(mark + 2);
    else if (set)
      to += found->second;
    else
      out_.complain(at, "the environment variable " + backquoted(name)
                          + " is not set, and no default is given as in "
                          + backquoted("${" + name + ":-default}"));
    return set || mark != std::string_view::npos;
  }

  bool replace(std::string& text, place at) const {
    std::string_view from = text;
    std::string to;
    bool good = true;
    while (true) {
      const auto start = from.find("${");
      to += from.substr(0, start);
      if (start == std::string_view::npos)
        break;
      const bool escaped = start > 0 && from[start - 1] == '$';
      from.remove_prefix(start + 2);
      if (escaped) {
        to += '{';
        continue;
      }
      const auto end = from.find('}');
      if (end == std::string_view::npos) {
        out_.complain(at, "`${` without its `}`; `$${` makes a plain `${`");
        return false;
      }
      good &= look_up(from.substr(0, end), at, to);
      from.remove_prefix(end + 1);
    }
    text = std::move(to);
    return good;
  }

  const std::map<std::string, std::string>& environment_;
  report& out_;
};

} // namespace

void expand(yaml_value& x,
            const std::map<std::string, std::string>& environment,
            report& out) {
  expansion(environment, out).walk(x);
}

std::map<std::string, std::string> process_environment() {
  std::map<std::string, std::string> out;
  for (char** i = environ; i != nullptr && *i != nullptr; ++i) {
    const std::string_view entry(*i);
    if (const auto sign = entry.find('='); sign != std::string_view::npos)
      out.emplace(entry.substr(0, sign), entry.substr(sign + 1));
  }
  return out;
}

} // namespace stagepost::config
