#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/outlet/failure_pace.hpp"

#include <boost/asio/io_context.hpp>

#include <string>

namespace stagepost {

struct notices_state {
  static inline const char* name = "notices";
  node* here = nullptr;
  outlet::failure_pace pace;
};

using notices_pointer = pointer<notices_actor, notices_state>;

/// The NOTICES: writes failure mails and gives them to the queue. Never to
/// nobody, to machines or lists, and not too many of them.
notices_actor::behavior_type notices(notices_pointer self,
                                     boost::asio::io_context* loop, node* here,
                                     std::string path);

} // namespace stagepost
