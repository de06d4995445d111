#pragma once

#include "mail/queue/fair_line.hpp"
#include "mail/queue/order.hpp"
#include "mail/queue/sight.hpp"
#include "mail/queue/verdict.hpp"
#include "mail/retry_schedule.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace stagepost::queue {

/// What a queue shard holds in memory: messages, and for each recipient
/// whether it waits for its time, for its domain's hosts (its SITE), for a
/// place at that site, or for the end of an attempt. Pure: it is given the
/// time, and says what is to be done instead of doing it.
///
/// A site that could not be reached is DOWN: one message at a time is leased as
/// its PROBE, the others wait in line, uncounted. Once a probe comes through
/// all of them go at once.
class backlog {
public:
  /// One message's recipients handed out for one attempt.
  struct lease {
    std::uint64_t job = 0; ///< Never reused.
    message_ptr what;
    content_ptr body; ///< nullptr: to be read from the database first.
    std::vector<recipient> recipients;
  };

  /// @param body_memory  Octets of content to keep; over it, content of
  ///                     messages that do not move is dropped and read again.
  explicit backlog(std::uint64_t body_memory) : body_memory_(body_memory) {
  }

  /// Counts for what comes into line from here on.
  void be_fair_by(fair_by x) noexcept {
    fair_by_ = x;
  }

  /// Takes a message that is durable; `whole` if `x` has all its recipients
  /// that still have rows. Recipients it has already are left as they are.
  void admit(const arrival& x, bool whole, time_point now);

  /// Lets those whose time has come go on. Call it at `next_wake()`.
  void wake(time_point now);
  [[nodiscard]] std::optional<time_point> next_wake() const;

  /// Domains whose site is needed and has not been asked for, as the DNS has
  /// them.
  std::vector<std::string> take_questions();

  /// The site of a domain's mail, until `valid_until`; `window` is how many
  /// leases the site takes at once by its settings, 0 for no limit.
  void answer(const std::string& domain, const std::string& site,
              std::size_t window, time_point valid_until);

  /// How many leases a site takes at once as it is doing now; 0 for as many as
  /// its settings allow.
  void allow(const std::string& site, std::size_t window);

  /// Sites are asked for anew, also for what is in line for one already: they
  /// were found by settings that are no more.
  void forget_answers(time_point now);

  /// Another limit of the content to keep; counts from the next release on.
  void limit_bodies(std::uint64_t body_memory) noexcept {
    body_memory_ = body_memory;
  }

  /// Leases what waits for a domain that has no site: the caller settles it.
  std::vector<lease> take_unanswered(const std::string& domain);

  /// Sites that may have got work or room for it since the last call: `take`
  /// from each until nothing comes.
  std::vector<std::string> take_takers();

  /// The next lease for a site; nothing when it has no work or no room.
  std::optional<lease> take(const std::string& site);

  /// Has the lease not ended yet?
  [[nodiscard]] bool is_open(std::uint64_t job) const;

  /// May a lease's content be read from the database? It counts until the lease
  /// ends. Not so where leases have read as much as there is room for.
  bool may_load(std::uint64_t job);
  /// Keeps the content that was read for a lease.
  void loaded(std::uint64_t job, content_ptr body);

  using verdict = queue::verdict;
  using settlement = queue::settlement;
  /// When a deferred recipient is tried again.
  struct policy {
    const retry_schedule* wait = nullptr;
    std::chrono::seconds warn_after{0}; ///< 0 = never.
    unsigned jitter = 0; ///< Per cent that a wait may get longer.
    /// The longest that mail waits for the next probe of a site that is down.
    std::chrono::seconds probe{15 * 60};
    bool hold_in_doubt = false; ///< Who is in doubt is held, not tried again.
  };

  /// Ends a lease. `replies`: one for each recipient of the lease; 2xx and
  /// 5xx are final, anything else defers until the message expires. After no
  /// attempt a recipient goes back to its line, without a verdict, unless it
  /// has expired or its sender is to be warned.
  /// `in_doubt`: those (by index) of whom nobody knows whether it was taken.
  /// Nothing if the lease is unknown or its message was removed meanwhile.
  std::optional<settlement>
  settle(std::uint64_t job, const std::vector<smtp::reply>& replies,
         const policy& rules, time_point now, attempt how = attempt::made,
         const std::vector<std::size_t>& in_doubt = {});

  /// What waits for a site that is down, and has expired or is so late that its
  /// sender is to be warned: leased, to be settled as no attempt by `why`.
  struct overdue {
    lease what;
    smtp::reply why; ///< The site's last failure.
  };
  /// Looks at the sites whose probe has failed since the last call. What waits
  /// for them is routed anew: its domain may have other hosts by now.
  std::vector<overdue> take_overdue(const policy& rules, time_point now);

  /// Messages that failed because of a site that has come back, and that only
  /// the database has: they need not wait any longer.
  std::vector<queue::id> take_recovered();

  /// Takes back the leases of a site whose destination is gone; they are due
  /// at once.
  void lost(const std::string& site);

  /// What an order is about and can't touch, as its attempt is under way.
  using leased_keys = std::vector<recipient_key>;

  /// Makes waiting recipients due now, and their sites probed if they are
  /// down; all messages if none is named.
  /// @param kept_back  Gets the rows, as they are now, of those that are due
  ///                   and have to wait for the end of a suspension.
  std::uint64_t hurry(const std::vector<queue::id>& which, time_point now,
                      const recipient_filter& of = {},
                      leased_keys* leased = nullptr,
                      std::vector<change>* kept_back = nullptr);

  /// Takes in recipients that are held, which the next call takes out again.
  void adopt(const message_ptr& what, const std::vector<recipient>& rows);

  /// Recipients of one message that were taken out.
  struct extract {
    message_ptr what;
    content_ptr body;
    std::vector<recipient> rows;
    bool whole = false; ///< Was the message here with all its rows?
    bool last = false;  ///< Nothing of it is left here.
  };
  /// What becomes of the rows of recipients that are taken out.
  enum class rows { stay, go };

  /// Forgets those recipients of these messages that are not leased.
  std::vector<extract> take_out(const std::vector<queue::id>& which,
                                const recipient_filter& of, rows after,
                                leased_keys& leased);

  /// Leases those recipients, one lease a message, to no site: the caller
  /// settles it.
  std::vector<lease> lease_out(const std::vector<queue::id>& which,
                               const recipient_filter& of, leased_keys& leased);

  /// Is an attempt for this recipient under way?
  [[nodiscard]] bool is_leased(const recipient_key& x) const;

  /// Lets mail wait, but for what is leased.
  /// @returns How many recipients that were due wait now.
  std::uint64_t suspend(suspension x);
  /// @returns How many go on; nothing if that was not suspended.
  std::optional<std::uint64_t>
  resume(suspension::kind what, const std::string& subject, time_point now);
  /// Lets go what has waited long enough. @returns What is over.
  std::vector<suspension> end_suspensions(time_point now);
  [[nodiscard]] const queue::suspensions& suspended() const noexcept {
    return suspended_;
  }
  /// Leases what has waited past its expiry, and why it had to: the caller
  /// settles it.
  std::vector<std::pair<lease, suspension>> take_expired(time_point now);

  /// Those of these messages' recipients that are here.
  [[nodiscard]] std::vector<recipient_sight>
  look_at(const std::vector<queue::id>& which) const;
  /// The sites that are known: that of a domain, or all if it is "".
  [[nodiscard]] std::vector<site_sight>
  look_at_sites(const std::string& domain) const;

  /// Forgets recipients that are due after `horizon`, but for those in
  /// `pending`, whose rows are not durable yet. The database has them.
  void forget_after(time_point horizon,
                    const std::set<recipient_key>& pending = {});
  /// When the n-th of those that wait for their time is due, from 0; nothing if
  /// there are fewer.
  [[nodiscard]] std::optional<time_point> due_at(std::size_t n) const;

  [[nodiscard]] std::optional<time_point> last_due() const;

  struct totals {
    std::size_t messages = 0;
    std::size_t waiting = 0;
    std::size_t resolving = 0;
    std::size_t ready = 0;
    std::size_t leased = 0;
    std::size_t suspended = 0;
    std::uint64_t body_octets = 0;
  };
  [[nodiscard]] totals count() const;
  /// What costs nothing to count: messages held, recipients that wait for
  /// their time, leases handed out.
  struct gauges {
    std::size_t messages = 0;
    std::size_t waiting = 0;
    std::size_t leases = 0;
    std::size_t suspended = 0; ///< Recipients.
  };
  [[nodiscard]] gauges gauge() const noexcept {
    return {messages_.size(), waiting_.size(), leases_.size(), parked_.size()};
  }
  /// Does a site have work, leased or waiting for it?
  [[nodiscard]] bool busy(const std::string& site) const;
  /// Is something of it leased, or could be now? Not so if the site is down.
  [[nodiscard]] bool moves(const std::string& site) const;
  /// Since when a site is down; nothing if it is not, as far as is known.
  [[nodiscard]] std::optional<time_point>
  down_since(const std::string& site) const;
  [[nodiscard]] bool holds(queue::id x) const;
  /// Is any of its recipients being tried, or about to be? Not so if all wait
  /// for their time, for a site that is down or for the end of a suspension.
  [[nodiscard]] bool tries(queue::id x) const;
  /// Rows of this message stay in the database that are not here.
  void leave_rows(queue::id x);
  /// Is the message here with all its recipients that have rows?
  [[nodiscard]] bool holds_whole(queue::id x) const;

private:
  enum class phase : std::uint8_t { waiting, resolving, ready, leased, parked };

  struct slot {
    recipient row;
    phase where = phase::waiting;
    std::string site; ///< Once known.
  };
  struct held {
    message_ptr what;
    content_ptr body;
    bool whole = false;
    std::vector<slot> slots; ///< By number.
    /// Where the slot of this number is, or would be.
    std::vector<slot>::iterator at(std::uint16_t number);
  };
  using ref = recipient_key;
  struct domain_state {
    std::string site;
    time_point valid_until;
    bool asked = false;
    std::vector<ref> waiting;
  };
  /// A site that can't be reached.
  struct outage {
    time_point since;
    time_point failed_at;
    std::uint32_t failures = 0; ///< In a row.
    time_point next;            ///< When a probe may go, if anything waits.
    std::optional<time_point> alarm; ///< Its entry in `probes_`.
    bool due = false;                ///< A probe may go now.
    std::uint64_t probe = 0;         ///< The job that is one; 0 = none.
    smtp::reply why;
    std::vector<ref> deferred; ///< Probes of the past, waiting by `retry`.
  };
  struct site_state {
    fair_line ready;
    std::size_t window = 0; ///< By its settings.
    std::size_t room = 0;   ///< As it is doing now.
    std::size_t leased = 0;
    std::optional<outage> down;
    [[nodiscard]] bool has_room() const noexcept;
  };
  using site_map = std::map<std::string, site_state>;
  struct lease_state {
    queue::id message;
    std::string site;
    std::vector<std::uint16_t> numbers;
    std::uint64_t octets = 0; ///< See `may_load`.
  };
  using held_map = std::unordered_map<std::uint64_t, held>;

  slot* find(const ref& x);
  void place(held& x, slot& s, time_point now);
  void route(held& x, slot& s, time_point now);
  void sweep(time_point now);
  [[nodiscard]] std::string flow_of(const message& x) const;
  void line_up(const ref& x, const message& what, slot& s);
  void put_back(held& x, slot& s);
  void remember(held& x, slot& s);
  void plan_probe(site_map::iterator x);
  void probe_now(const std::string& site);
  void fall(site_map::iterator x, const smtp::reply& why, const policy& rules,
            time_point now);
  void recover(site_map::iterator x, time_point now);
  attempt learn(std::uint64_t job, const std::string& site,
                const smtp::reply& why, attempt how, const policy& rules,
                time_point now);
  void review(const std::string& site, const policy& rules, time_point now,
              std::vector<overdue>& out);
  void end_one(held& x, slot& s, const policy& rules, time_point now,
               attempt how, verdict v, settlement& out);
  /// What keeps it from going on; null if nothing does.
  [[nodiscard]] const suspension* stops(const held& x, const slot& s) const;
  void park(held& x, slot& s);
  std::uint64_t let_go(time_point now);
  void unlist(const held& x, const slot& s);
  lease hand_out(held& x, const std::string& site,
                 const std::vector<slot*>& slots);
  void set_body(held& x, content_ptr body);
  void release_idle_body(held& x, time_point now);
  static void hold(held& x, slot& s, verdict& v);
  void drop_if_empty(held_map::iterator x, settlement* report);

  std::uint64_t body_memory_;
  std::uint64_t body_octets_ = 0;
  std::uint64_t loaded_octets_ = 0; ///< See `may_load`.
  std::uint64_t last_job_ = 0;
  held_map messages_;
  std::set<std::pair<time_point, ref>> waiting_;
  queue::suspensions suspended_;
  std::set<std::pair<time_point, ref>> parked_; ///< By expiry.
  std::map<std::string, domain_state> domains_;
  site_map sites_;
  fair_by fair_by_ = fair_by::sender_domain;
  std::set<std::pair<time_point, std::string>> probes_;
  std::set<std::string> fallen_; ///< See `take_overdue`.
  std::vector<queue::id> recovered_;
  std::set<std::string> unasked_;
  std::set<std::string> able_; ///< Sites to look at; see `take_takers`.
  time_point swept_;
  std::unordered_map<std::uint64_t, lease_state> leases_;
};

} // namespace stagepost::queue
