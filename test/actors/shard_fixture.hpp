#pragma once

#include "actor_fixture.hpp"
#include "actors/http/views.hpp"
#include "actors/queue/shard.hpp"
#include "actors/storage/journal.hpp"
#include "reader_script.hpp"

#include <algorithm>
#include <memory>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// What the actor that stands for the journal is to do with the next batch,
/// and what it was given.
struct journal_script {
  enum class mood { works, holds, fails, crashes, fenced };
  mood how = mood::works;
  bool owned = true;                   ///< Can the shard be acquired?
  std::chrono::milliseconds others{0}; ///< Left of another's lease.
  std::int64_t epoch = 0;
  unsigned renewals = 0;
  unsigned yields = 0;
  std::vector<std::shared_ptr<const queue::batch>> seen;
  std::vector<caf::typed_response_promise<caf::ok_atom>> held;
};

inline caf::result<caf::ok_atom> act(journal_actor::pointer self,
                                     journal_script& x) {
  using mood = journal_script::mood;
  switch (x.how) {
    case mood::works:
      break;
    case mood::holds: {
      auto waits = self->make_response_promise<caf::ok_atom>();
      x.held.push_back(waits);
      return waits;
    }
    case mood::fails:
      return make_storage_error(storage_fault::unavailable, "no route");
    case mood::crashes:
      throw std::runtime_error("a bug in the journal");
    case mood::fenced:
      return make_storage_error(storage_fault::fenced_off, "epoch 2");
  }
  return caf::ok_atom_v;
}

inline journal_actor::behavior_type
scripted_journal(journal_actor::pointer self, journal_script* x,
                 shard_services* services) {
  services->journal.set(self);
  return {
    [x](acquire_atom,
        const std::string&) -> caf::result<local<const shard_claim>> {
      if (!x->owned)
        return make_storage_error(storage_fault::unavailable, "no route");
      if (x->others > std::chrono::milliseconds{0})
        return make_local<const shard_claim>({0, "other/1", x->others});
      return make_local<const shard_claim>({++x->epoch, {}, {}});
    },
    [self, x](lease_atom, const std::string&) {
      ++x->renewals;
      return act(self, *x);
    },
    [x](yield_atom, const std::string&) {
      ++x->yields;
      return caf::ok_atom_v;
    },
    [self, x](commit_atom, const std::string&,
              const local<const queue::batch>& what) {
      x->seen.push_back(what.it);
      return act(self, *x);
    },
  };
}

/// The resolver's answer to every question.
struct resolver_script {
  dns_outcome how = dns_outcome::temporary;
  std::string silent_for; ///< It never hears of this domain.
  std::vector<std::string> asked;
  std::vector<caf::typed_response_promise<mx_hosts>> waiting;
};

inline resolver_actor::behavior_type
scripted_resolver(resolver_actor::pointer self, resolver_script* x) {
  return {
    [self, x](mx_atom, const std::string& domain) -> caf::result<mx_hosts> {
      x->asked.push_back(domain);
      if (domain == x->silent_for) {
        auto waits = self->make_response_promise<mx_hosts>();
        x->waiting.push_back(waits);
        return waits;
      }
      return mx_hosts{x->how, {}, 60, "nobody answers"};
    },
    [](host_atom, const std::string&) { return host_addresses{}; },
    [](tlsa_atom, const tlsa_question&) { return tlsa_records{}; },
    [](text_atom, const std::string&) { return text_records{}; },
  };
}

/// A queue shard whose database and resolver do as they are told, and clients
/// that remember what they hear.
struct shard_fixture : actor_fixture {
  using mood = journal_script::mood;

  config::configuration settings = with_hostname();
  node here{settings};
  shard_services* services = nullptr;
  journal_script database;
  reader_script rows;
  resolver_script dns;
  journal_actor journal;
  reader_actor reader;
  resolver_actor resolver;
  queue_shard_actor shard;
  std::vector<std::string> heard; ///< By clients, in order.
  std::uint64_t last_id = 0;
  std::chrono::hours clock_step{0}; ///< The system's clock was set by that.

  static config::configuration with_hostname() {
    config::configuration out;
    out.egress.default_hostname = "mx.example.com";
    out.delivery.retry_jitter = 0;
    out.delivery.mta_sts = false; // nobody fetches policies here
    return out;
  }

  shard_fixture() {
    const auto start = scheduler.clock().now();
    here.now = [this, start] {
      return queue::time_point{std::chrono::seconds{1'795'255'200}}
             + (scheduler.clock().now() - start) + clock_step;
    };
    here.shards.push_back(
      std::make_unique<shard_services>("queue", std::uint16_t{0}, ""));
    services = here.shards[0].get();
    resolver = system.spawn(scripted_resolver, &dns);
    here.resolver.set(resolver);
    reader = system.spawn(scripted_reader, &rows, services);
    start_journal();
  }

  ~shard_fixture() {
    database.held.clear();
    rows.held.clear();
    rows.bodies.clear();
    dns.waiting.clear();
    if (shard)
      stop(std::exchange(shard, nullptr), caf::exit_reason::kill);
    for (const auto& x : {caf::actor_cast<caf::actor>(journal),
                          caf::actor_cast<caf::actor>(reader),
                          caf::actor_cast<caf::actor>(resolver)})
      if (x)
        stop(x);
  }

  void start_journal() {
    journal = system.spawn(scripted_journal, &database, services);
    settle();
  }

  void start_shard() {
    shard = system.spawn(queue_shard, &here, services, std::string{"queue/q"});
    settle();
  }

  queue::arrival message(const std::string& to = "a@example.net",
                         const std::string& from = "s@example.org") {
    auto about = std::make_shared<queue::message>();
    about->id = queue::id{++last_id};
    about->received_at = here.now();
    about->expires_at = here.now() + std::chrono::hours{120};
    about->sender = from;
    auto body = std::make_shared<memory_content>("Subject: x\r\n\r\nHi\r\n");
    about->size = body->size();
    queue::recipient row;
    row.address = to;
    row.next_at = here.now();
    return {about, body, {row}};
  }

  queue::arrival message_to(const std::vector<std::string>& to) {
    auto out = message(to.front());
    for (std::size_t n = 1; n < to.size(); ++n) {
      auto row = out.recipients.front();
      row.number = static_cast<std::uint16_t>(n);
      row.address = to[n];
      out.recipients.push_back(std::move(row));
    }
    return out;
  }

  /// The message as the database would show it.
  static queue::stored stored(const queue::arrival& x) {
    return {x.what, x.recipients,
            static_cast<std::uint32_t>(x.recipients.size())};
  }

  void submit(const queue::arrival& x) {
    ask_later(
      shard, submit_atom_v, make_local<const queue::arrival>(x),
      [this](const outcome& y) { heard.push_back(smtp::to_string(y.reply)); },
      [this](const caf::error& why) {
        heard.push_back("error " + system.render(why));
      });
  }

  static local<const queue::order>
  an_order(queue::order::kind what, std::vector<queue::id> which,
           const queue::recipient_filter& of = {}) {
    queue::order x;
    x.what = what;
    x.messages = std::move(which);
    x.which = of;
    x.reply = {550, {5, 7, 1}, "Not wanted"};
    x.to = "other@example.com";
    return make_local<const queue::order>(std::move(x));
  }

  /// Gives an order and waits for its end. @returns How much it has changed.
  std::uint64_t order(queue::order::kind what, std::vector<queue::id> which,
                      const queue::recipient_filter& of = {}) {
    return ask<order_result>(shard, order_atom_v,
                             an_order(what, std::move(which), of))
      .changed;
  }

  /// Gives an order whose end is heard of by and by: how much it has changed.
  void give(queue::order::kind what, std::vector<queue::id> which,
            const queue::recipient_filter& of = {}) {
    ask_later(
      shard, order_atom_v, an_order(what, std::move(which), of),
      [this](const order_result& y) {
        heard.push_back(std::to_string(y.changed) + '+'
                        + std::to_string(y.under_way));
      },
      [this](const caf::error& why) {
        heard.push_back("error " + system.render(why));
      });
  }

  /// Gives an order that must be refused.
  bool refuses(queue::order::kind what, std::vector<queue::id> which) {
    return static_cast<bool>(refused<order_result>(
      shard, order_atom_v, an_order(what, std::move(which))));
  }

  /// Lets the commits that are held end well.
  void commit_held() {
    free(journal);
    for (auto& x : std::exchange(database.held, {}))
      x.deliver(caf::ok_atom_v);
    settle();
  }

  /// Lets the reads that are held end, and later ones come at once.
  void read_held() {
    rows.holds = false;
    free(reader);
    for (auto& [waits, what] : std::exchange(rows.held, {}))
      waits.deliver(what);
    settle();
  }

  /// Lets the reads of contents that are held end.
  void read_bodies() {
    free(reader);
    for (auto& x : std::exchange(rows.bodies, {}))
      x.deliver(local<const content>{rows.body});
    settle();
  }

  /// Lets time go by in steps that short timers keep up with.
  void wait(std::chrono::milliseconds span) {
    constexpr std::chrono::milliseconds step{50};
    for (auto left = span; left.count() > 0; left -= step)
      pass(step);
  }

  const queue::batch& last_batch() const {
    return *database.seen.back();
  }
};

} // namespace stagepost::test
