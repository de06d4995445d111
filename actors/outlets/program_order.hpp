#pragma once

#include "actors/rules.hpp"
#include "messages/handover.hpp"
#include "net/program.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>

namespace stagepost {

/// Octets that a variable of an environment may have; the system takes 128 KiB
/// with its name.
constexpr std::size_t longest_variable = 120U * 1024U;

/// What a program of an outlet is run with, without the mail: its arguments,
/// limits, and who it runs as.
net::program program_of(const config::outlet& x, const rules& by);

/// The envelope as STAGEPOST_ID and so on; docs/command-outlet.md lists them.
/// Texts are UTF-8 without control characters.
/// @returns Nothing if the recipients are more than a variable may hold.
std::optional<std::map<std::string, std::string>>
environment_of(const outlet_job& job);

/// The same as one line of JSON, with its LF.
std::string envelope_line(const outlet_job& job);

/// How long a program may run for a mail, and how long it then has to end.
struct run_time {
  std::chrono::steady_clock::duration limit;
  std::chrono::steady_clock::duration grace;
};

/// Its end, however it ends, comes before the client's wait is over.
run_time run_time_of(const config::outlet& x,
                     std::chrono::steady_clock::duration until_deadline);

} // namespace stagepost
