#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/smtp/receiver.hpp"
#include "net/connection.hpp"
#include "storage/spool_file.hpp"

#include <memory>
#include <optional>
#include <string>

namespace stagepost {

/// What the sessions of one listener share that began by the same rules.
struct smtp_service {
  node* here = nullptr;
  rules_ptr rules; ///< In force when its sessions began.
  const config::listener* settings = nullptr; ///< Among those.
  std::shared_ptr<const smtp::receiver_settings> dialogue;
  std::string path; ///< Of the listener in the tree.
};

struct session_state {
  static inline const char* name = "smtp-session";

  std::shared_ptr<const smtp_service> of;
  std::shared_ptr<net::connection> peer;
  std::string client; ///< IP address.
  std::optional<smtp::receiver> dialogue;
  std::string unread; ///< Input that came while a wish was open.
  std::unique_ptr<storage::spool> content; ///< Once there is much of it.
  queue::id id;                            ///< Of the message being received.
  std::size_t shard = 0;                   ///< Where it goes.
  queue::time_point began;                 ///< Its 354.
  bool spool_failed = false; ///< The disk took no more of the content.
  bool greeted = false;
  bool storing = false; ///< Waits for an outlet.
  bool stopping = false;

  /// Runs however the actor ends, a crash included: no socket outlives it.
  ~session_state();
};

using session_pointer = pointer<smtp_session_actor, session_state>;

/// The SMTP SESSION: feeds what the client sends to the receiver machine and
/// carries out what that wishes. Runs on its socket's loop.
smtp_session_actor::behavior_type
smtp_session(session_pointer self, std::shared_ptr<const smtp_service> of,
             std::shared_ptr<net::connection> peer, std::string client);

} // namespace stagepost
