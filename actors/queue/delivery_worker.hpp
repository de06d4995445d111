#pragma once

#include "actors/node.hpp"
#include "actors/queue/tls_plan.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/dkim/message_signer.hpp"
#include "mail/mime/seven_bit.hpp"
#include "mail/smtp/data_encoder.hpp"
#include "mail/smtp/sender.hpp"
#include "net/connection.hpp"

#include <caf/send.hpp>

#include <chrono>
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
  queue::time_point job_began;
  /// Of the job's first recipients: a server may take only some at a time.
  std::vector<smtp::reply> replies;
  std::vector<std::size_t> in_doubt; ///< Of them; see `sender::result`.
  std::string answered_by;           ///< The relay that gave them.
  bool server_reports = false;       ///< It offers DSN.
  bool begun = false; ///< A transaction of the job was put to the server.
  std::unique_ptr<dkim::message_signer> signer; ///< While it signs.
  signature_store::signing_ptr signature; ///< Of the job, once it is known.
  bool signed_changed = false; ///< Both are of the content made 7bit.

  std::vector<egress_way> ways;  ///< Of the job, and so of the connection.
  egress_way egress;             ///< The one taken.
  bool no_way = false;           ///< The last failure: none could be taken.
  std::size_t next_host = 0;     ///< Index of the host to try next.
  std::size_t unknown_hosts = 0; ///< Hosts that the DNS says do not exist.
  std::size_t own_hosts = 0;     ///< Hosts that are ourselves, or come after.
  std::string own_address;       ///< Where we would have met ourselves.
  std::size_t dialled = 0;       ///< Addresses, for the job in hand.
  bool went_out = false; ///< By an address of ours, for the job in hand.
  std::deque<std::string> addresses; ///< Of the present host, to be tried.
  site::host host;                   ///< The present one.
  std::string address;
  tls_plan tls;          ///< For the present host.
  bool in_clear = false; ///< TLS failed here; the policy allows to go without.
  bool vouched = false;  ///< Somebody vouches for the server at the other end.
  std::string secured; ///< The TLS of the connection, for the log; "" in clear.
  smtp::reply last_failure;
  std::string failed_relay; ///< Who gave it; empty if nobody answered.

  std::shared_ptr<net::connection> peer;
  std::uint64_t incarnation = 0; ///< Counts the connections.
  std::optional<smtp::sender> dialogue;
  std::uint64_t watched = 0; ///< Step of the dialogue that has its time.
  std::chrono::steady_clock::time_point deadline{}; ///< Of that step.
  smtp::sender::framing framing = smtp::sender::framing::dots;
  std::unique_ptr<mime::seven_bit_survey> survey;     ///< Of the job's content.
  std::uint64_t looked_through = 0;                   ///< Octets of it.
  std::optional<mime::seven_bit_plan> plan;           ///< How it becomes 7bit.
  std::unique_ptr<mime::seven_bit_encoder> converter; ///< At work.
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

// The parts of the worker's work, which lie in eight files.

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
/// @param how  What its attempt was; by default as far as it had come.
void fail(worker_pointer self, const smtp::reply& why,
          std::optional<queue::attempt> how = {});
/// Ends the job, and us, when another daemon may deliver the message by now: a
/// content without its final dot was never sent.
bool may_go_on(worker_pointer self);
/// Does what the dialogue wishes, as far as it goes.
void pump(worker_pointer self);

/// Finds out how the content becomes 7bit. @returns false while it takes its
/// time; `drained` comes when it may go on.
bool surveyed(worker_pointer self);
void forget_conversion(worker_state& state);

/// Signs the job's message as it will be sent, if it is one to sign.
/// @returns false while it takes its time; `drained` comes when it may go on.
bool sign(worker_pointer self);
void forget_signature(worker_state& state);
/// What the recipients are answered of a message that must be signed and was
/// not.
std::optional<smtp::reply> unsigned_refusal(const worker_state& state);
/// Ends the job with this answer, which nobody else gave; the connection stays.
void refuse(worker_pointer self, const smtp::reply& why);

/// Begins with those recipients that have no reply yet, as many as the server
/// takes at once (RFC 9422).
/// @returns false if the content has to be looked through first.
bool begin(worker_pointer self);
/// Gives the connection as much of the content as may lie unsent, or as the
/// server lets us send before it answers.
/// @returns false if the connection has to drain first.
bool send_content(worker_state& state);

/// May a password go to the present host without TLS, if there is one?
bool may_go_in_clear(const worker_state& state);
/// Whom the present host is to take us for.
std::optional<smtp::credentials> login_of(const worker_state& state);

/// How long this may take.
std::chrono::seconds limit_of(const worker_state& state,
                              smtp::sender::awaited what);
/// For people: what the peer did not do in time.
std::string what_took_too_long(const worker_state& state);
/// From now on the peer has so long.
void allow(worker_state& state, smtp::sender::awaited what);
/// Gives each answer its own time, counted from when it was due.
void watch(worker_state& state);

/// Closes at once; the worker goes on.
void hang_up(worker_state& state);
/// Ends the dialogue in order, and the connection with it; the worker goes on.
void leave(worker_state& state);
/// Is there another address or host to try?
bool has_more(const worker_state& state);

/// Finds out how the present host is to be met, then dials it.
/// @param found  Its addresses as the DNS gave them; null if it was not asked.
void plan_tls(worker_pointer self, const host_addresses* found);
void start_tls(worker_pointer self);
void on_secured(worker_pointer self, const std::string& why_not);
/// Did TLS fail there lately, and may it be left out?
bool goes_in_clear(const worker_state& state);
/// May the message in hand go over this connection (RFC 8689, 4.2.1)?
bool suits(const worker_state& state);
/// Leaves a server that does not suit the message, for the next one.
void move_on(worker_pointer self);
/// Says in the text on whose behalf TLS was asked for.
void name_policy(const worker_state& state, smtp::reply& why);

void try_next_host(worker_pointer self);
void try_next_address(worker_pointer self);
/// The present address once more, as after a TLS handshake that failed.
void dial_present(worker_pointer self);
void on_dialed(worker_pointer self, std::shared_ptr<net::connection> peer,
               const std::string& why);

} // namespace worker

} // namespace stagepost
