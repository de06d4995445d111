#include "mail/outlet/waiting_line.hpp"

namespace stagepost::outlet {

void waiting_line::join(std::uint64_t number, time_point deadline) {
  if (line_.emplace(number, deadline).second)
    deadlines_.emplace(deadline, number);
}

std::optional<std::uint64_t> waiting_line::next() {
  if (line_.empty())
    return std::nullopt;
  const auto [number, deadline] = *line_.begin();
  line_.erase(line_.begin());
  deadlines_.erase({deadline, number});
  return number;
}

std::vector<std::uint64_t> waiting_line::expired(time_point now) {
  std::vector<std::uint64_t> out;
  while (!deadlines_.empty() && deadlines_.begin()->first <= now) {
    out.push_back(deadlines_.begin()->second);
    line_.erase(out.back());
    deadlines_.erase(deadlines_.begin());
  }
  return out;
}

std::optional<waiting_line::time_point> waiting_line::earliest() const {
  if (deadlines_.empty())
    return std::nullopt;
  return deadlines_.begin()->first;
}

} // namespace stagepost::outlet
