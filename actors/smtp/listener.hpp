#pragma once

#include "actors/smtp/session.hpp"

#include <memory>
#include <string>
#include <unordered_map>

namespace stagepost {

struct listener_state {
  static inline const char* name = "smtp-listener";

  std::shared_ptr<const smtp_service> service;
  std::shared_ptr<net::acceptor> door;
  /// The one strong handle of each session, by its address.
  std::unordered_map<caf::actor_addr, smtp_session_actor> sessions;
  bool stopping = false;
  caf::error why;
  ~listener_state();
};

using listener_pointer = pointer<listener_actor, listener_state>;

/// The LISTENER of one configured address: parent of a crowd of sessions,
/// which it counts, never restarts, and sends away at the limits.
listener_actor::behavior_type smtp_listener(listener_pointer self, node* here,
                                            const config::listener* settings,
                                            std::shared_ptr<net::acceptor> door,
                                            std::string path);

} // namespace stagepost
