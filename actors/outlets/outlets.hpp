#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"

#include <boost/asio/io_context.hpp>

#include <map>
#include <string>

namespace stagepost {

struct outlets_state {
  static inline const char* name = "outlets";
  node* here = nullptr;
  struct running_outlet {
    config::outlet_type type;
    outlet_actor who;
  };
  std::map<std::string, running_outlet> running; ///< By their names.
  caf::error why;                                ///< Of its end.
  bool stopping = false;
};

using outlets_pointer = pointer<outlet_actor, outlets_state>;

/// The OUTLETS: makes the actor of each http and command outlet with its first
/// job, and gives it its jobs. One that dies is made anew with the next job;
/// one that the rules in force do not know any more, or as another type, is let
/// go.
outlet_actor::behavior_type outlets(outlets_pointer self,
                                    boost::asio::io_context* loop, node* here,
                                    std::string path);

/// A verdict for each recipient of a job.
local<const outlet_verdicts> for_all(const outlet_job& job,
                                     const outlet::verdict& x);

/// An outlet by the rules in force; nullptr if they know none of this name.
const config::outlet* find_outlet(const rules& by, const std::string& name);

} // namespace stagepost
