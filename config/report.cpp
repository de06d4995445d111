#include "config/report.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::config {

std::size_t report::add_file(std::string path) {
  files_.push_back(std::move(path));
  return files_.size() - 1;
}

void report::complain(place at, std::string text) {
  found_.push_back({at, std::move(text)});
}

void report::complain_unread(place at, std::string text) {
  lose();
  complain(at, std::move(text));
}

std::vector<problem> report::problems() const {
  auto sorted = found_;
  std::stable_sort(sorted.begin(), sorted.end(),
                   [](const auto& a, const auto& b) { return a.at < b.at; });
  std::vector<problem> out;
  out.reserve(sorted.size());
  for (auto& x : sorted)
    out.push_back(
      {files_.at(x.at.file), x.at.line, x.at.column, std::move(x.text)});
  return out;
}

std::string report::subject() const {
  return backquoted(subject_);
}

std::string backquoted(std::string_view text) {
  constexpr std::size_t longest = 60;
  std::string out = "`";
  for (const char c : text.substr(0, longest)) {
    const auto octet = static_cast<unsigned char>(c);
    out += octet < 0x20 || octet == 0x7f ? '?' : c;
  }
  // A cut inside a UTF-8 sequence would leave half a letter.
  if (text.size() > longest) {
    while ((static_cast<unsigned char>(out.back()) & 0xc0U) == 0x80)
      out.pop_back();
    if (static_cast<unsigned char>(out.back()) >= 0xc0)
      out.pop_back();
    out += "...";
  }
  return out += '`';
}

std::string to_string(const problem& x) {
  if (x.line == 0)
    return x.file + ": " + x.text;
  return x.file + ':' + std::to_string(x.line) + ':' + std::to_string(x.column)
         + ": " + x.text;
}

} // namespace stagepost::config
