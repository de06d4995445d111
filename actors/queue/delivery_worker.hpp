#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "config/routing.hpp"
#include "mail/smtp/data_encoder.hpp"
#include "mail/smtp/sender.hpp"
#include "net/connection.hpp"

#include <caf/send.hpp>

#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stagepost {

struct worker_state {
  static inline const char* name = "delivery-worker";

  node* here = nullptr;
  rules_ptr rules; ///< In force when the job in hand came.
  boost::asio::io_context* loop = nullptr;
  site where;
  caf::weak_actor_ptr destination; ///< A destination_actor: our parent.
  std::uint64_t number = 0;        ///< Our name at the destination.

  local<const delivery_job> job; ///< In hand; null while idle.
  /// Of the job's first recipients: a server may take only some at a time.
  std::vector<smtp::reply> replies;
  std::string answered_by;     ///< The relay that gave them.
  bool server_reports = false; ///< It offers DSN.
  bool begun = false; ///< A transaction of the job was put to the server.

  config::egress_choice egress;      ///< Of the connection.
  std::size_t next_host = 0;         ///< Index of the host to try next.
  std::size_t unknown_hosts = 0;     ///< Hosts that the DNS says do not exist.
  std::deque<std::string> addresses; ///< Of the present host, to be tried.
  site::host host;                   ///< The present one.
  std::string address;
  bool in_clear = false; ///< TLS failed here; the policy allows to go without.
  smtp::reply last_failure;
  std::string failed_relay; ///< Who gave it; empty if nobody answered.

  std::shared_ptr<net::connection> peer;
  std::uint64_t incarnation = 0; ///< Counts the connections.
  std::optional<smtp::sender> dialogue;
  smtp::data_encoder encoder;
  std::uint64_t sent = 0; ///< Octets of the content given to the connection.
  bool sending = false;
  std::uint32_t messages = 0;   ///< Over this connection.
  std::uint64_t idle_since = 0; ///< Generation of the idle timer.

  /// Runs however the actor ends, a crash included: no socket outlives it.
  ~worker_state();
};

using worker_pointer = pointer<worker_actor, worker_state>;

/// The DELIVERY WORKER: dials the hosts of a site in order, holds one SMTP
/// dialogue, delivers one job after the other over it, and ends when the
/// connection does.
worker_actor::behavior_type
delivery_worker(worker_pointer self, boost::asio::io_context* loop, node* here,
                site where, destination_actor destination, std::uint64_t number,
                std::string path);

namespace worker {

// The parts of the worker's work, which lie in three files.

/// Callbacks that turn I/O events into messages. They hold the actor weakly:
/// its destination alone decides how long it lives.
template <class... Ts>
auto tell(worker_pointer self, Ts... first) {
  return [who = caf::weak_actor_ptr{self->ctrl()}, first...](auto... rest) {
    if (auto strong = who.lock())
      caf::anon_send(caf::actor_cast<worker_actor>(std::move(strong)), first...,
                     std::move(rest)...);
  };
}

/// The relay as logs and reports name it: `mx.example.com[192.0.2.1]:25`.
std::string relay_of(const worker_state& state);
/// The job can't go on, and neither can this worker.
void fail(worker_pointer self, const smtp::reply& why);
/// Does what the dialogue wishes, as far as it goes.
void pump(worker_pointer self);

/// Begins with those recipients that have no reply yet, as many as the server
/// takes at once (RFC 9422).
void begin(worker_state& state);
/// Gives the connection as much of the content as may lie unsent.
/// @returns true when all of it is given.
bool send_content(worker_state& state);

void try_next_host(worker_pointer self);
void try_next_address(worker_pointer self);
/// The present address once more, as after a TLS handshake that failed.
void dial_present(worker_pointer self);
void on_dialed(worker_pointer self, std::shared_ptr<net::connection> peer,
               const std::string& why);

} // namespace worker

} // namespace stagepost
