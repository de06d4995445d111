#pragma once

#include "mail/mime/parsed_mail.hpp"
#include "messages/delivery.hpp"
#include "messages/directory.hpp"
#include "messages/handover.hpp"
#include "messages/local.hpp"
#include "messages/login.hpp"
#include "messages/orders.hpp"
#include "messages/outcome.hpp"
#include "messages/wire_safe.hpp"

#include <caf/fwd.hpp>
#include <caf/replies_to.hpp>
#include <caf/type_id.hpp>
#include <caf/typed_actor.hpp>

#include <functional>
#include <string>
#include <vector>

CAF_BEGIN_TYPE_ID_BLOCK(stagepost_types, caf::first_custom_type_id)

  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::smtp::enhanced_code))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::smtp::reply))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::queue::id))
  CAF_ADD_TYPE_ID(stagepost_types, (std::vector<stagepost::queue::id>))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::outcome))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::mx_record))
  CAF_ADD_TYPE_ID(stagepost_types, (std::vector<stagepost::mx_record>))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::dns_outcome))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::mx_hosts))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::host_addresses))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::tlsa_record))
  CAF_ADD_TYPE_ID(stagepost_types, (std::vector<stagepost::tlsa_record>))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::tlsa_question))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::tlsa_records))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::text_records))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::sts_rule))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::account))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::directory_change))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::directory_verdict))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::login_verdict))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::login_answer))
  CAF_ADD_TYPE_ID(stagepost_types, (stagepost::order_result))

  // An atom is at most ten of [0-9A-Za-z_ ]: CAF 0.17 packs it into 64 bits.
  CAF_ADD_ATOM(stagepost_types, stagepost, respawn_atom, "respawn")
  CAF_ADD_ATOM(stagepost_types, stagepost, grace_atom, "grace")
  CAF_ADD_ATOM(stagepost_types, stagepost, acquire_atom, "acquire")
  CAF_ADD_ATOM(stagepost_types, stagepost, lease_atom, "lease")
  CAF_ADD_ATOM(stagepost_types, stagepost, yield_atom, "yield")
  CAF_ADD_ATOM(stagepost_types, stagepost, commit_atom, "commit")
  CAF_ADD_ATOM(stagepost_types, stagepost, load_atom, "load")
  CAF_ADD_ATOM(stagepost_types, stagepost, due_atom, "due")
  CAF_ADD_ATOM(stagepost_types, stagepost, body_atom, "body")
  CAF_ADD_ATOM(stagepost_types, stagepost, list_atom, "list")
  CAF_ADD_ATOM(stagepost_types, stagepost, show_atom, "show")
  CAF_ADD_ATOM(stagepost_types, stagepost, count_atom, "count")
  CAF_ADD_ATOM(stagepost_types, stagepost, find_atom, "find")
  CAF_ADD_ATOM(stagepost_types, stagepost, change_atom, "change")
  CAF_ADD_ATOM(stagepost_types, stagepost, submit_atom, "submit")
  CAF_ADD_ATOM(stagepost_types, stagepost, wake_atom, "wake")
  CAF_ADD_ATOM(stagepost_types, stagepost, settle_atom, "settle")
  CAF_ADD_ATOM(stagepost_types, stagepost, order_atom, "order")
  CAF_ADD_ATOM(stagepost_types, stagepost, suspended_atom, "suspended")
  CAF_ADD_ATOM(stagepost_types, stagepost, look_atom, "look")
  CAF_ADD_ATOM(stagepost_types, stagepost, sites_atom, "sites")
  CAF_ADD_ATOM(stagepost_types, stagepost, deliver_atom, "deliver")
  CAF_ADD_ATOM(stagepost_types, stagepost, ready_atom, "ready")
  CAF_ADD_ATOM(stagepost_types, stagepost, rest_atom, "rest")
  CAF_ADD_ATOM(stagepost_types, stagepost, input_atom, "input")
  CAF_ADD_ATOM(stagepost_types, stagepost, drained_atom, "drained")
  CAF_ADD_ATOM(stagepost_types, stagepost, secure_atom, "secure")
  CAF_ADD_ATOM(stagepost_types, stagepost, accept_atom, "accept")
  CAF_ADD_ATOM(stagepost_types, stagepost, mx_atom, "mx")
  CAF_ADD_ATOM(stagepost_types, stagepost, host_atom, "host")
  CAF_ADD_ATOM(stagepost_types, stagepost, tlsa_atom, "tlsa")
  CAF_ADD_ATOM(stagepost_types, stagepost, text_atom, "text")
  CAF_ADD_ATOM(stagepost_types, stagepost, sts_atom, "sts")
  CAF_ADD_ATOM(stagepost_types, stagepost, http_atom, "http")
  CAF_ADD_ATOM(stagepost_types, stagepost, tick_atom, "tick")
  CAF_ADD_ATOM(stagepost_types, stagepost, password_atom, "password")
  CAF_ADD_ATOM(stagepost_types, stagepost, scram_atom, "scram")
  CAF_ADD_ATOM(stagepost_types, stagepost, handover_atom, "handover")
  CAF_ADD_ATOM(stagepost_types, stagepost, parse_atom, "parse")
  CAF_ADD_ATOM(stagepost_types, stagepost, record_atom, "record")
  CAF_ADD_ATOM(stagepost_types, stagepost, notice_atom, "notice")

CAF_END_TYPE_ID_BLOCK(stagepost_types)

namespace stagepost::net {

class connection;
struct http_answer;
struct http_request;
struct http_response;

} // namespace stagepost::net

namespace stagepost {

/// The JOURNAL: writes one shard's batches to PostgreSQL, one after the other.
/// Detached, for it waits for the database.
using journal_actor = caf::typed_actor<
  // Becomes the shard's owner under this name, unless another's lease runs.
  caf::replies_to<acquire_atom, std::string>::with<local<const shard_claim>>,
  // Renews the lease of this owner.
  caf::replies_to<lease_atom, std::string>::with<caf::ok_atom>,
  // Ends it.
  caf::replies_to<yield_atom, std::string>::with<caf::ok_atom>,
  // Commits a batch for the owner of this name; answers when it is durable. An
  // error tells nothing: the batch may be durable or not, and can be repeated.
  caf::replies_to<commit_atom, std::string,
                  local<const queue::batch>>::with<caf::ok_atom>>;

/// The READER: reads what a shard holds. Detached, for it waits for the
/// database.
using reader_actor = caf::typed_actor<
  // What is queued, and deferred ones due before a time, with id after one
  // given, at most so many recipients, but whole messages.
  caf::replies_to<load_atom, queue::time_point, queue::id,
                  std::uint32_t>::with<local<std::vector<queue::stored>>>,
  // Deferred ones due from a time on and before another.
  caf::replies_to<due_atom, queue::time_point,
                  queue::time_point>::with<local<std::vector<queue::stored>>>,
  // Up to when, from one time on and until another, no more than so many
  // deferred ones are due.
  caf::replies_to<count_atom, queue::time_point, queue::time_point,
                  std::uint32_t>::with<queue::time_point>,
  // These messages, whatever their recipients' states; all if none is named.
  caf::replies_to<show_atom, std::vector<queue::id>>::with<
    local<std::vector<queue::stored>>>,
  // What is suspended.
  caf::replies_to<suspended_atom>::with<local<std::vector<queue::suspension>>>,
  // A message's content; null if it is gone.
  caf::replies_to<body_atom, queue::id>::with<local<const content>>>;

/// The DIRECTORY: knows whose mailboxes are here. Detached, for it waits for
/// the database.
using directory_actor = caf::typed_actor<
  // Who signs in under this name; an account that is not `found()` if nobody
  // does. An error tells that the database is away.
  caf::replies_to<find_atom, std::string>::with<account>,
  // Changes a domain or a mailbox; answers when it is durable, or why it can't
  // be. After an error it may be durable or not.
  caf::replies_to<change_atom, directory_change>::with<directory_verdict>,
  // Time to look which domains are here, if any route asks.
  caf::reacts_to<tick_atom>>;
static_assert(wire_safe<directory_actor>);

/// The AUTHENTICATOR: asks the sources of `auth` in their order. Never waits.
using authenticator_actor = caf::typed_actor<
  // May this user log in with this password? `scram` of the answer is empty.
  caf::replies_to<password_atom, std::string, std::string>::with<login_answer>,
  // What is this user's proof checked with? Always answers a verifier, but for
  // `unavailable`; `no` says that it is made up.
  caf::replies_to<scram_atom, std::string>::with<login_answer>>;
static_assert(wire_safe<authenticator_actor>);

/// The HASHER: checks a password against a hash or a SCRAM verifier, which
/// keeps a core busy for a tenth of a second. Detached.
using hasher_actor = caf::typed_actor<
  // The stored hash ("" for nobody: takes as long and answers false), the
  // password.
  caf::replies_to<password_atom, std::string, std::string>::with<bool>>;
static_assert(wire_safe<hasher_actor>);

/// An OUTLET that works while the client waits: a platform or a program. The
/// OUTLETS actor, to whom the name of a job says which one, answers likewise.
using outlet_actor = caf::typed_actor<
  // What became of a mail, for each of the job's recipients; by the job's
  // deadline. An error tells that the outlet crashed: nobody knows what it did.
  caf::replies_to<handover_atom,
                  local<const outlet_job>>::with<local<const outlet_verdicts>>>;

/// An HTTP OUTLET: one platform, and the uploaders to it.
using http_outlet_actor = outlet_actor::extend<
  // INTERNAL: some have waited too long, or been idle for long.
  caf::reacts_to<tick_atom>,
  // INTERNAL: while it stops: what is under way has had its time.
  caf::reacts_to<grace_atom>>;

/// The UPLOADER: one connection to a platform.
using uploader_actor = caf::typed_actor<
  // A job; the uploader has no other. Answers by its deadline; an error tells
  // that the uploader crashed.
  caf::replies_to<deliver_atom,
                  local<const outlet_job>>::with<local<const upload>>,
  // From its connection: what came of the POST of this number.
  caf::reacts_to<http_atom, std::uint64_t, local<const net::http_answer>>,
  // INTERNAL: the POST of this number is not wholly signed yet.
  caf::reacts_to<drained_atom, std::uint64_t>,
  // INTERNAL: the time of the job of this number is over.
  caf::reacts_to<grace_atom, std::uint64_t>>;

/// The HANDOVER: brings one message to the outlets of its recipients.
using handover_actor = caf::typed_actor<
  // Answers when all of them have: one reply, or for LMTP one for each
  // recipient.
  caf::replies_to<handover_atom>::with<local<const std::vector<smtp::reply>>>,
  // INTERNAL: what an outlet made of these recipients.
  caf::reacts_to<settle_atom, std::string, std::vector<std::uint64_t>,
                 local<const outlet_verdicts>>>;

/// The NOTICES: writes failure mails, not too many of them.
using notices_actor
  = caf::typed_actor<caf::reacts_to<notice_atom, local<const failure_notice>>>;

/// The PARSER: reads what a message is made of, large ones off the loops.
using parser_actor = caf::typed_actor<
  // Always answers; an error tells that what read it crashed, or that the
  // parser ended.
  caf::replies_to<parse_atom,
                  local<const content>>::with<local<const mime::parse_result>>>;

/// The RESOLVER: caching, validating DNS.
using resolver_actor = caf::typed_actor<
  caf::replies_to<mx_atom, std::string>::with<mx_hosts>,
  caf::replies_to<host_atom, std::string>::with<host_addresses>,
  caf::replies_to<tlsa_atom, tlsa_question>::with<tlsa_records>,
  caf::replies_to<text_atom, std::string>::with<text_records>>;
static_assert(wire_safe<resolver_actor>);

/// The POLICIES: what domains ask of those who send them mail (MTA-STS).
using policies_actor = caf::typed_actor<
  // What counts for mail to a domain; may take as long as fetching it.
  caf::replies_to<sts_atom, std::string>::with<sts_rule>,
  // INTERNAL: the policy of a domain under this id is fetched: its text, or why
  // there is none.
  caf::reacts_to<ready_atom, std::string, std::string, std::string,
                 std::string>,
  // INTERNAL: time to look at what grows old.
  caf::reacts_to<tick_atom>>;
static_assert(wire_safe<policies_actor>);

/// The QUEUE SHARD: owns the messages whose id names it.
using queue_shard_actor = caf::typed_actor<
  // A new message: answers when it is durable, or with the refusal.
  caf::replies_to<submit_atom, local<const queue::arrival>>::with<outcome>,
  // From a HANDOVER: what to write down, and whom to report to. If there is
  // somebody, answers when that is durable, or false if it can't be now.
  caf::replies_to<record_atom, local<const handed_over>>::with<bool>,
  // From a DESTINATION: an attempt is over.
  caf::reacts_to<settle_atom, std::string, local<const attempt_result>>,
  // What an administrator wants done; answers when it is durable.
  caf::replies_to<order_atom, local<const queue::order>>::with<order_result>,
  // Where these messages' recipients are on their way, of those in memory.
  caf::replies_to<look_atom, std::vector<queue::id>>::with<
    local<std::vector<queue::recipient_sight>>>,
  // How its sites do: that of a domain, or all if it is "".
  caf::replies_to<sites_atom,
                  std::string>::with<local<std::vector<queue::site_sight>>>,
  // INTERNAL: something may be due. The number tells old timers from new; 0 is
  // from who has brought other rules into force.
  caf::reacts_to<wake_atom, std::uint64_t>>;

/// The DESTINATION: one set of hosts, and the connections to it.
using destination_actor = caf::typed_actor<
  // A job leased to this destination.
  caf::reacts_to<deliver_atom, local<const delivery_job>>,
  // The same site by other settings: for new connections.
  caf::reacts_to<caf::update_atom, local<const site>>,
  // From a WORKER (by its number): it ended a job; true if it can take another.
  caf::reacts_to<ready_atom, std::uint64_t, local<const attempt_result>, bool>,
  // INTERNAL: idle for long, or the rate allows the next message.
  caf::reacts_to<tick_atom, std::uint64_t>>;

/// The DELIVERY WORKER: one outgoing SMTP connection.
using worker_actor = caf::typed_actor<
  // A job; the worker has no other.
  caf::reacts_to<deliver_atom, local<const delivery_job>>,
  // Says good-bye: the connection is not needed any more.
  caf::reacts_to<rest_atom>,
  // INTERNAL: it has been idle since it was given this number.
  caf::reacts_to<tick_atom, std::uint64_t>,
  // From the dialer: the connection, or why there is none.
  caf::reacts_to<accept_atom, local<net::connection>, std::string>,
  // From its connection: input waits; output has left; TLS is up or why not;
  // it is gone, and why. The number tells one connection from the next.
  caf::reacts_to<input_atom>, caf::reacts_to<drained_atom>,
  caf::reacts_to<secure_atom, std::uint64_t, std::string>,
  caf::reacts_to<caf::close_atom, std::uint64_t, std::string>>;

/// The LISTENER: takes connections in and gives each a session of its own.
using listener_actor = caf::typed_actor<
  // A client, whose socket belongs to the loop of this index.
  caf::reacts_to<accept_atom, local<net::connection>, std::uint64_t>>;

/// The SMTP SESSION: one client connection, one dialogue.
using smtp_session_actor = caf::typed_actor<
  // From its connection: the client has been silent for too long.
  caf::reacts_to<rest_atom>,
  // From its connection, as for the worker.
  caf::reacts_to<input_atom>, caf::reacts_to<drained_atom>,
  caf::reacts_to<secure_atom, std::string>,
  caf::reacts_to<caf::close_atom, std::string>>;

/// Answers HTTP requests: the STATUS and the CONTROL actor.
using http_actor = caf::typed_actor<
  // Which request, and where its answer goes.
  caf::reacts_to<http_atom, local<const net::http_request>,
                 local<const std::function<void(net::http_response)>>>>;

} // namespace stagepost
