#include "mail/queue/circumstances.hpp"

namespace stagepost::queue {

std::string_view user_of(std::string_view circumstances) noexcept {
  // We wrote it ourselves, and within a value each quote has a backslash, so
  // that this is nothing but the member's name.
  constexpr std::string_view name = R"("user":")";
  const auto at = circumstances.find(name);
  if (at == std::string_view::npos)
    return {};
  circumstances.remove_prefix(at + name.size());
  for (std::size_t i = 0; i < circumstances.size(); ++i) {
    if (circumstances[i] == '"')
      return circumstances.substr(0, i);
    if (circumstances[i] == '\\')
      ++i;
  }
  return {};
}

} // namespace stagepost::queue
