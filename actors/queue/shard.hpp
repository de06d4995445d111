#pragma once

#include "actors/node.hpp"
#include "actors/queue/commit_line.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/queue/backlog.hpp"
#include "mail/queue/concurrency.hpp"
#include "mail/queue/pending_reports.hpp"
#include "mail/queue/report_pace.hpp"

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>

namespace stagepost {

/// State of a QUEUE SHARD: the backlog in memory, the line before the journal,
/// and the destinations that work for it.
struct shard_state {
  static inline const char* name = "queue-shard";

  struct neighbour {
    site where;
    destination_actor who; ///< The one strong handle; null until needed.
    queue::time_point last_used;
    std::set<std::string> sure; ///< Domains whose hosts nobody can forge.
  };

  struct waiting_order {
    local<const queue::order> what;
    /// Who wants to hear of it; nobody of what was put off.
    std::optional<caf::typed_response_promise<order_result>> asks;
  };

  node* here = nullptr;
  shard_services* services = nullptr;
  rules_ptr rules; ///< See `rules_of`.
  std::unique_ptr<queue::backlog> backlog;
  commit_line line;
  std::int64_t epoch = 0; ///< 0 until the shard is ours.
  bool stopping = false;
  caf::error why;      ///< Our own exit reason, once all is written down.
  bool fenced = false; ///< Another daemon owns the shard now: touch nothing.
  /// When the lease is to be renewed: whatever becomes of the system's clock.
  lease_clock::time_point renew_at;
  bool cut_off = false; ///< A standby that could not ask the database.
  /// A standby waits for the owner until then.
  lease_clock::time_point claim_after;
  bool unrenewed = false;          ///< The last time it could not be.
  bool renewing = false;           ///< That is under way.
  bool yielding = false;           ///< The lease is being given up, at our end.
  queue::time_point failing_since; ///< Of commits; epoch when they succeed.
  queue::time_point departed;      ///< When the batch under way left.
  /// Clients were told that nothing can be stored, and no mail has been since:
  /// the next failure is told at once.
  bool doubtful = false;
  queue::time_point horizon; ///< Deferred ones due before it are in memory.
  bool loading = false;      ///< A read of recipients is under way.
  bool complete = false;     ///< The read at the start has come to its end.
  queue::id load_after;      ///< How far that read is.
  std::uint64_t loaded = 0;  ///< Messages it has found.
  /// Rows that went away while a load was under way, whose snapshot may still
  /// show them.
  std::set<queue::recipient_key> gone_while_loading;
  std::set<queue::id> removed_while_loading;     ///< Likewise, whole messages.
  std::map<std::string, neighbour> destinations; ///< By site.
  std::uint64_t reading = 0; ///< Contents that the reader was asked for.
  /// Leases whose content is to be read when there is room; and their sites.
  std::deque<std::pair<std::string, queue::backlog::lease>> unread;
  std::uint64_t alarm = 0; ///< Generation of the wake-up timer.
  queue::time_point alarm_at = queue::time_point::max();
  std::uint64_t next_worker_loop = 0;
  queue::report_pace reports;
  queue::pending_reports untold;
  queue::time_point swept;          ///< When idle destinations were looked for.
  std::deque<waiting_order> orders; ///< One after the other.
  bool ordering = false;            ///< One is being carried out.
  /// Orders about recipients whose attempts are under way.
  std::map<queue::recipient_key, local<const queue::order>> put_off;

  ~shard_state();
};

using shard_pointer = pointer<queue_shard_actor, shard_state>;

/// The QUEUE SHARD owns the messages whose id names it. Memory says what is to
/// be done; the database is its journal, read only at the start, for deferred
/// mail whose time comes near, and for content that memory had no room for.
queue_shard_actor::behavior_type queue_shard(shard_pointer self, node* here,
                                             shard_services* services,
                                             std::string path);

namespace shard {

// The parts of the shard's work, each in a file of its own.

/// The rules in force. When they are others than before, what the shard knows
/// of domains goes, as it was found by the old ones.
rules_ptr rules_of(shard_state& state);
/// Was the shard taken over, and by nobody else since? Without that nothing
/// of it may be touched.
bool is_ours(const shard_state& state);
/// What to tell who wants something of a shard that is not ours.
caf::error not_ours(const shard_state& state);
/// Leases for a destination that has not said yet how many it takes.
inline constexpr std::size_t first_window
  = queue::concurrency::initial * std::size_t{2};
/// Sends the next batch to the journal, unless one is under way.
void commit(shard_pointer self);
/// A commit that does not come back is a failure like any other.
void mind_the_commit(shard_pointer self);
/// Becomes the shard's owner, then reads what it holds; stands by while another
/// daemon has it.
void take_over(shard_pointer self);
/// Ends the lease as far as deliveries go, until it has been renewed: what they
/// come to can't be written down.
void begin_nothing(shard_pointer self);
/// Renews the lease when it is time to.
void mind_the_lease(shard_pointer self);
/// The shard is another daemon's now.
void stand_aside(shard_pointer self, const std::string& why);
/// Ends when told to stop and all is written down; gives the lease up first.
void quit_if_done(shard_pointer self);
/// Between a failed commit and the next try.
inline constexpr std::chrono::milliseconds storage_pause{250};
/// So long may clients wait for a database that comes back; after it they are
/// told to try again later, and newcomers are told at once.
inline constexpr std::chrono::seconds storage_patience{10};
/// The database answers.
void storage_works(shard_state& state);
/// Neither a commit nor a take-over goes through: it is tried again, and for a
/// while the clients wait for it.
void storage_fails(shard_pointer self, const char* event,
                   const std::string& why);
/// Goes on with the read at the start, or reads deferred mail whose time comes
/// near.
void load_ahead(shard_pointer self);
/// From here on, rows that go are remembered, for the read may still show them.
void begin_load(shard_state& state);
/// Takes in what was read.
void admit(shard_state& state, const std::vector<queue::stored>& found);
void end_load(shard_pointer self);
void on_load_failed(shard_pointer self, const caf::error& why);
/// Carries out what an administrator wants, in its turn.
caf::result<order_result> carry_out(shard_pointer self,
                                    const local<const queue::order>& x);
/// Carries out the next order, if none is being carried out.
void next_order(shard_pointer self);
/// Carries out what was put off until an attempt ended.
void mind_orders(shard_pointer self);
/// Is something to be done with a message once its attempt has ended?
bool awaits_order(const shard_state& state, queue::id message);
/// Ends a lease that no destination has seen: its recipients get this reply,
/// and a report that returns the content's header if there is one. Calls
/// `then` when that is in line to be written.
void write_off(shard_pointer self, const queue::backlog::lease& x,
               const smtp::reply& why, const std::function<void()>& then);
/// @returns How many recipients that were due wait now.
std::uint64_t suspend(shard_state& state, const queue::suspension& x);
/// @returns How many go on.
std::uint64_t resume(shard_state& state, const queue::suspension& x);
/// Takes in what was suspended before the shard became ours.
void take_in(shard_state& state, const std::vector<queue::suspension>& x);
/// Lets go what has been suspended long enough, and lets fail what has waited
/// past its expiry.
void mind_suspensions(shard_pointer self);
/// Asks for hosts, hands out leases, sets the alarm: whatever can be done now.
void advance(shard_pointer self);
/// Ends a lease.
/// @param site  Whose destination says so; "" if none had a part in it.
void settle(shard_pointer self, const std::string& site,
            const attempt_result& x);
/// Writes down what other outlets made of a message, and reports to its sender
/// what its client was not told.
void record(shard_pointer self, const handed_over& x,
            caf::typed_response_promise<bool> waits);
/// Is the sender better told when more of the message's recipients are done?
bool tells_later(const shard_state& state, const queue::settlement& x,
                 const std::vector<queue::notice>& notices);
void tell_later(shard_state& state, const queue::settlement& x,
                std::vector<queue::notice> notices, const egress_way& left_by);
/// Tells the sender of these recipients, and of those that it is yet to hear
/// of, with the next commit.
/// @param promised  A client hears that the report follows.
void tell(shard_pointer self, const queue::settlement& x,
          std::vector<queue::notice> notices, const egress_way& left_by,
          bool promised = false);
/// Sends the reports that have waited for long enough.
void mind_reports(shard_pointer self);
/// Likewise those that wait for nothing any more, other than by the end of an
/// attempt.
void end_rounds(shard_pointer self);
/// Every recipient of a lease gets the same reply: nobody was asked.
void settle_all(shard_pointer self, const queue::backlog::lease& x,
                const smtp::reply& why, queue::attempt how);
/// A lease fails that no destination has seen. Its content may still be in the
/// database; where the sender will get a report, that returns its header.
void fail(shard_pointer self, const queue::backlog::lease& x,
          const smtp::reply& why, queue::attempt how);
/// Makes messages due now that only the database has, as far as it can be asked
/// at the moment.
void bring_back(shard_pointer self, const std::vector<queue::id>& which);
/// Rings `wake` at a time, unless it will ring earlier.
void set_alarm(shard_pointer self, queue::time_point when);
/// Likewise by the clock of leases.
void set_alarm(shard_pointer self, lease_clock::time_point when);

} // namespace shard

} // namespace stagepost
