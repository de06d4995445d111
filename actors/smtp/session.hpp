#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "actors/smtp/service.hpp"
#include "mail/proxy_header.hpp"
#include "mail/smtp/receiver.hpp"
#include "net/connection.hpp"
#include "storage/spool_file.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stagepost {

struct session_state {
  static inline const char* name = "smtp-session";
  using time_point = std::chrono::steady_clock::time_point;

  /// What the client's input is.
  enum class stage : std::uint8_t {
    proxy_header, ///< Of the PROXY protocol.
    handshake,    ///< Of TLS, before the greeting.
    quiet,        ///< Nothing: it has to wait for the greeting.
    dialogue,
  };
  /// What an answer is waited for; input waits meanwhile.
  enum class pause : std::uint8_t {
    none,
    storing,  ///< Of an outlet: the client is told, whatever happens.
    asking,   ///< Of anybody else.
    refusing, ///< The answer to a failed login, until the deadline.
  };
  /// What only few sessions have.
  struct rare {
    proxy_header_parser header;
    std::optional<proxy_tls> tls;     ///< Between the client and its proxy.
    std::vector<std::string> senders; ///< Who logged in may send as these.
    login_answer found;               ///< Of a SCRAM login under way.
    std::string local; ///< Our address, as a proxy says; "" = the socket's.
  };

  std::shared_ptr<const smtp_service> of;
  std::shared_ptr<net::connection> peer;
  std::string client; ///< IP address.
  client_key key;
  std::optional<smtp::receiver> dialogue;
  std::string unread; ///< Input that came while an answer was waited for.
  std::unique_ptr<storage::spool> content; ///< Once there is much of it.
  load_guard::share held;                  ///< Of content in memory.
  queue::id id;                            ///< Of the message being received.
  std::size_t shard = 0;                   ///< Where it goes.
  queue::time_point began;                 ///< Its 354.
  std::unique_ptr<rare> more;
  // The clock that bounds the client.
  time_point here_since;
  time_point idle_since;      ///< The last command was over.
  time_point busy_since;      ///< The command or the content began.
  std::uint64_t commands = 0; ///< When `idle_since` was set.
  bool in_something = false;  ///< `busy_since` counts.
  stage at = stage::dialogue;
  pause waits = pause::none;
  bool no_room = false; ///< The disk or the memory took no more of the content.
  bool relays = false;  ///< A recipient's mail goes to the queue.
  bool greeted = false;
  bool counted = true; ///< Among the node's clients, under `key`.
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
