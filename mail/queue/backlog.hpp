#pragma once

#include "mail/queue/entry.hpp"
#include "mail/retry_schedule.hpp"
#include "mail/smtp/reply.hpp"

#include <cstdint>
#include <deque>
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
  /// leases the site takes at once, 0 for no limit.
  void answer(const std::string& domain, const std::string& site,
              std::size_t window, time_point valid_until);

  /// Sites are asked for anew, for what is routed from here on: they were
  /// found by settings that are no more.
  void forget_answers();

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

  /// Keeps the content that was read for a lease.
  void loaded(std::uint64_t job, content_ptr body);

  /// What became of one recipient of a lease.
  struct verdict {
    recipient row; ///< As it was when leased, attempts counted up.
    smtp::reply reply;
    bool stays = false; ///< Deferred; `row.next_at` says until when.
    bool expired = false;
    /// This deferral is the first one past `warn_after`.
    bool warn = false;
  };
  struct settlement {
    message_ptr what;
    content_ptr body;
    std::vector<verdict> verdicts;
    bool message_done = false;  ///< No recipient is left.
    bool message_maybe = false; ///< None is left here; the database knows.
  };
  /// When a deferred recipient is tried again.
  struct policy {
    const retry_schedule* wait = nullptr;
    std::chrono::seconds warn_after{0}; ///< 0 = never.
  };

  /// Ends a lease. `replies`: one for each recipient of the lease; 2xx and
  /// 5xx are final, anything else defers until the message expires.
  /// Nothing if the lease is unknown or its message was removed meanwhile.
  std::optional<settlement> settle(std::uint64_t job,
                                   const std::vector<smtp::reply>& replies,
                                   const policy& rules, time_point now);

  /// Takes back the leases of a site whose destination is gone; they are due
  /// at once.
  void lost(const std::string& site);

  /// Makes waiting recipients due now; all messages if none is named.
  std::uint64_t hurry(const std::vector<queue::id>& which, time_point now);

  /// Forgets messages. @returns Those that were here.
  std::vector<queue::id> remove(const std::vector<queue::id>& which);

  /// Forgets recipients that are due after `horizon`, whose rows are durable;
  /// the database has them.
  void forget_after(time_point horizon);

  struct totals {
    std::size_t messages = 0;
    std::size_t waiting = 0;
    std::size_t resolving = 0;
    std::size_t ready = 0;
    std::size_t leased = 0;
    std::uint64_t body_octets = 0;
  };
  [[nodiscard]] totals count() const;
  /// What costs nothing to count: messages held, recipients that wait for
  /// their time, leases handed out.
  struct gauges {
    std::size_t messages = 0;
    std::size_t waiting = 0;
    std::size_t leases = 0;
  };
  [[nodiscard]] gauges gauge() const noexcept {
    return {messages_.size(), waiting_.size(), leases_.size()};
  }
  /// Does a site have work, leased or waiting for it?
  [[nodiscard]] bool busy(const std::string& site) const;
  [[nodiscard]] bool holds(queue::id x) const;
  /// Is the message here with all its recipients that have rows?
  [[nodiscard]] bool holds_whole(queue::id x) const;

private:
  enum class phase : std::uint8_t { waiting, resolving, ready, leased };

  struct slot {
    recipient row;
    phase where = phase::waiting;
    std::string site; ///< Once known.
  };
  struct held {
    message_ptr what;
    content_ptr body;
    bool whole = false;
    std::vector<slot> slots;
  };
  struct ref {
    queue::id message;
    std::uint16_t number = 0;
    auto operator<=>(const ref&) const = default;
  };
  struct domain_state {
    std::string site;
    time_point valid_until;
    bool asked = false;
    std::vector<ref> waiting;
  };
  struct site_state {
    std::deque<ref> ready;
    std::size_t window = 0;
    std::size_t leased = 0;
  };
  struct lease_state {
    queue::id message;
    std::string site;
    std::vector<std::uint16_t> numbers;
  };
  using held_map = std::unordered_map<std::uint64_t, held>;

  slot* find(const ref& x);
  void place(held& x, slot& s, time_point now);
  void route(held& x, slot& s, time_point now);
  void sweep(time_point now);
  lease hand_out(held& x, const std::string& site,
                 const std::vector<slot*>& slots);
  void set_body(held& x, content_ptr body);
  void release_idle_body(held& x, time_point now);
  void drop_if_empty(held_map::iterator x, settlement* report);

  std::uint64_t body_memory_;
  std::uint64_t body_octets_ = 0;
  std::uint64_t last_job_ = 0;
  held_map messages_;
  std::set<std::pair<time_point, ref>> waiting_;
  std::map<std::string, domain_state> domains_;
  std::map<std::string, site_state> sites_;
  std::set<std::string> unasked_;
  std::set<std::string> able_; ///< Sites to look at; see `take_takers`.
  time_point swept_;
  std::unordered_map<std::uint64_t, lease_state> leases_;
};

} // namespace stagepost::queue
