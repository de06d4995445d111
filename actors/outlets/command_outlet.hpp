#pragma once

#include "actors/node.hpp"
#include "actors/outlets/program_pool.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/outlet/waiting_line.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/typed_response_promise.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>

namespace stagepost {

/// The COMMAND OUTLET, as it knows itself.
using command_actor = outlet_actor::extend<
  // INTERNAL: what became of the mail with this number.
  caf::reacts_to<ready_atom, std::uint64_t, local<const outlet::verdict>>,
  // INTERNAL: somebody has waited to his deadline, or no process is left.
  caf::reacts_to<tick_atom>>;

struct command_outlet_state {
  static inline const char* name = "command_outlet";

  command_outlet_state() = default;
  /// Who is not answered yet hears that the outlet crashed: the library says
  /// nothing of itself.
  ~command_outlet_state();
  command_outlet_state(const command_outlet_state&) = delete;
  command_outlet_state& operator=(const command_outlet_state&) = delete;

  struct errand {
    local<const outlet_job> job;
    caf::typed_response_promise<local<const outlet_verdicts>> asks;
  };

  node* here = nullptr;
  std::string outlet; ///< Its name.
  std::unique_ptr<program_runs> runs;
  std::unique_ptr<program_pool> pool;
  outlet::waiting_line line;
  std::map<std::uint64_t, errand> waiting;
  std::map<std::uint64_t, errand> running;
  std::uint64_t last_number = 0;
  /// When the next tick comes.
  std::optional<outlet::waiting_line::time_point> rings;
  bool stopping = false;
  caf::error why; ///< Of its end.
};

using command_pointer = pointer<command_actor, command_outlet_state>;

/// An outlet of the type `command`: gives mail to a program, `workers` at a
/// time; `waiting` wait in line, and who finds it full hears 451 4.3.2. Whoever
/// waits or would run past his deadline hears 451 4.4.7. Told to stop, it
/// refuses those who wait and lets those who run come to their end. Runs on the
/// loop it was given, where its programs come to their ends.
command_actor::behavior_type command_outlet(command_pointer self,
                                            boost::asio::io_context* loop,
                                            node* here, std::string name,
                                            std::string path);

} // namespace stagepost
