#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/queue/concurrency.hpp"
#include "messages/interfaces.hpp"

#include <chrono>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace stagepost {

struct destination_state {
  static inline const char* name = "destination";

  struct task {
    local<const delivery_job> job;
    unsigned refusals = 0; ///< Connections for it that were turned away.
  };
  struct connection {
    worker_actor who;               ///< The one strong handle.
    task has;                       ///< In hand; without a job if idle.
    std::vector<egress_way> ways{}; ///< Of its last job: how it is connected.
  };

  node* here = nullptr;
  site where;
  caf::weak_actor_ptr shard; ///< A queue_shard_actor: our parent.
  queue::concurrency pace{0};
  std::deque<task> waiting;
  std::map<std::uint64_t, connection> workers; ///< By number.
  std::uint64_t last_worker = 0;
  bool stopping = false;
  std::chrono::steady_clock::time_point next_allowed; ///< By `rate`.
  bool ticking = false;

  /// No worker outlives it: who comes after it delivers what they have in hand.
  ~destination_state();
};

using destination_pointer = pointer<destination_actor, destination_state>;

/// The DESTINATION: gives the jobs leased to one site to its workers, opens as
/// many connections as there is work for, the site's settings allow and the
/// server takes well, and tells the shard how each job ended. When no host can
/// be reached it gives back what waits.
destination_actor::behavior_type destination(destination_pointer self,
                                             node* here, site where,
                                             queue_shard_actor shard,
                                             std::string path);

} // namespace stagepost
