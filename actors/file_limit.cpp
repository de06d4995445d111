#include "actors/file_limit.hpp"

#include <sys/resource.h>

namespace stagepost {

namespace {

/// For all that is no client: databases, deliveries, listeners, logs.
constexpr std::uint64_t other_files = 256;

} // namespace

std::uint64_t raise_file_limit() {
  rlimit x{};
  if (getrlimit(RLIMIT_NOFILE, &x) != 0)
    return RLIM_INFINITY;
  const auto before = x.rlim_cur;
  x.rlim_cur = x.rlim_max;
  return setrlimit(RLIMIT_NOFILE, &x) == 0 ? x.rlim_cur : before;
}

std::string advice_on_files(std::uint64_t files, std::uint32_t most_clients) {
  const auto needed = most_clients + other_files;
  if (files >= needed)
    return {};
  return "set LimitNOFILE="
         + std::to_string(2 * std::uint64_t{most_clients} + other_files)
         + " in the systemd unit (`ulimit -n` in a shell), or a lower "
           "limits.max_clients";
}

} // namespace stagepost
