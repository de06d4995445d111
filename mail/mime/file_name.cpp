#include "mail/mime/file_name.hpp"

#include "mail/utf8.hpp"

#include <algorithm>

namespace stagepost::mime {

namespace {

constexpr std::size_t longest = 255; // what file systems take
constexpr std::size_t longest_extension = 20;

/// Such as would show "gpj.exe" as "exe.jpg", or nothing at all.
bool misleads(std::uint32_t code) {
  return disturbs(code) || (code >= 0x200B && code <= 0x200D);
}

std::string visible(std::string_view name) {
  std::string out;
  while (!name.empty()) {
    const auto next = first_character(name);
    const auto length = std::max<std::size_t>(next.length, 1);
    if (next.length > 0 && !misleads(next.code))
      out += name.substr(0, length);
    name.remove_prefix(length);
  }
  return out;
}

/// Cut between characters.
std::string_view cut(std::string_view text, std::size_t most) {
  if (text.size() <= most)
    return text;
  while (most > 0 && (static_cast<unsigned char>(text[most]) & 0xC0U) == 0x80)
    --most;
  return text.substr(0, most);
}

std::string shortened(const std::string& name) {
  if (name.size() <= longest)
    return name;
  const auto dot = name.rfind('.');
  const bool kept
    = dot != std::string::npos && name.size() - dot <= longest_extension;
  const auto extension = kept ? name.substr(dot) : std::string{};
  return std::string(cut(name, longest - extension.size())) + extension;
}

} // namespace

std::string safe_file_name(std::string_view name) {
  while (name.ends_with('/') || name.ends_with('\\'))
    name.remove_suffix(1);
  const auto folder = name.find_last_of("/\\");
  if (folder != std::string_view::npos)
    name.remove_prefix(folder + 1);
  const auto out = visible(name);
  const auto begin = out.find_first_not_of(" \t");
  if (out.find_first_not_of(". \t") == std::string::npos)
    return {};
  return shortened(out.substr(begin, out.find_last_not_of(" \t") - begin + 1));
}

} // namespace stagepost::mime
