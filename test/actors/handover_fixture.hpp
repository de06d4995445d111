#pragma once

#include "actor_fixture.hpp"
#include "actors/outlets/arrivals.hpp"
#include "actors/outlets/handover.hpp"
#include "actors/outlets/outlets.hpp"

#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test::handovers {

using outlet::verdict;

/// What the actors that stand for outlets, a shard and the notices were given,
/// and what they are to say.
struct scripts {
  std::map<std::string, verdict> says; ///< By outlet.
  std::vector<outlet_job> jobs;
  bool crash = false;
  bool no_database = false;
  bool deaf = false; ///< The shard answers nothing.
  bool hold = false;
  std::vector<caf::typed_response_promise<local<const outlet_verdicts>>> held;

  smtp::reply queue_says{250, {2, 0, 0}, "Queued as x"};
  std::vector<queue::arrival> arrivals;
  std::vector<handed_over> records;
  std::vector<failure_notice> notices;
};

inline outlet_actor::behavior_type scripted_outlets(outlet_actor::pointer self,
                                                    scripts* x, node* here) {
  here->outlets.set(self);
  return {
    [self, x](handover_atom, const local<const outlet_job>& job)
      -> caf::result<local<const outlet_verdicts>> {
      x->jobs.push_back(*job);
      if (x->crash)
        return caf::make_error(caf::sec::runtime_error, "a bug");
      if (!x->hold)
        return for_all(*job, x->says[job->outlet]);
      auto waits = self->make_response_promise<local<const outlet_verdicts>>();
      x->held.push_back(waits);
      return waits;
    },
  };
}

inline queue_shard_actor::behavior_type
scripted_shard(queue_shard_actor::pointer self, scripts* x, node* here) {
  here->shards[0]->shard.set(self);
  return {
    [x](submit_atom, const local<const queue::arrival>& y) {
      x->arrivals.push_back(*y);
      return outcome{x->queue_says};
    },
    [self, x](record_atom,
              const local<const handed_over>& y) -> caf::result<bool> {
      x->records.push_back(*y);
      if (x->deaf)
        return self->make_response_promise<bool>();
      return !x->no_database;
    },
    [](settle_atom, const std::string&, const local<const attempt_result>&) {},
    [](order_atom, const local<const queue::order>&) { return order_result{}; },
    [](look_atom, const std::vector<queue::id>&) {
      return local<std::vector<queue::recipient_sight>>{};
    },
    [](sites_atom, const std::string&) {
      return local<std::vector<queue::site_sight>>{};
    },
    [](wake_atom, std::uint64_t) {},
  };
}

inline notices_actor::behavior_type
scripted_notices(notices_actor::pointer self, scripts* x, node* here) {
  here->notices.set(self);
  return {
    [x](notice_atom, const local<const failure_notice>& y) {
      x->notices.push_back(*y);
    },
  };
}

inline config::outlet made(const std::string& name, config::outlet_type type,
                           const std::string& fallback = "") {
  config::outlet out;
  out.name = name;
  out.type = type;
  out.fallback = fallback;
  return out;
}

inline config::configuration settings() {
  using type = config::outlet_type;
  config::configuration out;
  out.node.hostname = "mx.example.com";
  out.outlets
    = {made("relay", type::queue),        made("jobs", type::http),
       made("kept", type::http, "relay"), made("twice", type::http, "jobs"),
       made("filter", type::command),     made("none", type::discard)};
  out.outlets[1].failure_mail.wanted = true;
  for (const auto& x : out.outlets) {
    auto& route = out.routes.emplace_back();
    route.recipient = "@" + x.name + ".example";
    route.to = x.name;
  }
  return out;
}

struct with_outlets : test::actor_fixture {
  scripts x;
  config::configuration config = settings();
  node here{config};
  outlet_actor outlets;
  queue_shard_actor shard;
  notices_actor notices;
  std::vector<config::decision> decided; ///< Empty: as the routes say.
  std::function<void()> meanwhile;       ///< Is done while the client waits.

  with_outlets() {
    here.shards.push_back(std::make_unique<shard_services>("queue", 0, ""));
    outlets = system.spawn(scripted_outlets, &x, &here);
    shard = system.spawn(scripted_shard, &x, &here);
    notices = system.spawn(scripted_notices, &x, &here);
    x.says["jobs"] = x.says["kept"] = x.says["twice"]
      = {verdict::kind::accepted, {250, {2, 0, 0}, "Printed"}, "http://a"};
    x.says["filter"] = {
      verdict::kind::rejected, {554, {5, 3, 0}, "Not for us"}, "/bin/filter"};
    settle();
  }

  static verdict down() {
    return {verdict::kind::failed,
            {451, {4, 4, 1}, "The platform is down"},
            "http://a",
            "Connection refused",
            true};
  }

  /// Hands a message over, and returns what its client hears.
  std::vector<std::string> hand(const std::vector<std::string>& to,
                                const std::string& from = "s@example.org",
                                bool lmtp = false, std::uint8_t notify = 0) {
    auto mail = std::make_shared<received_mail>();
    mail->id = queue::id{7};
    mail->at = here.now() - std::chrono::hours{1};
    mail->tls = "TLSv1.3";
    mail->client = "192.0.2.1";
    mail->envelope.sender = from;
    for (const auto& name : to)
      mail->envelope.recipients.push_back(
        {"r@" + name + ".example", notify, ""});
    mail->body = std::make_shared<memory_content>("Subject: x\r\n\r\nHi\r\n");
    const auto by = here.in_force.get();
    auto first = decided.empty() ? outlets_of(here, *by, *mail) : decided;
    const auto who = system.spawn(stagepost::handover, &here, by, mail,
                                  std::move(first), lmtp, std::string("h"));
    auto pending = self->request(who, caf::infinite, handover_atom_v);
    settle();
    if (meanwhile)
      meanwhile();
    std::vector<std::string> out;
    pending.receive(
      [&](const local<const std::vector<smtp::reply>>& said) {
        for (const auto& y : *said)
          out.push_back(to_string(y));
      },
      [&](caf::error& e) { BOOST_ERROR(system.render(e)); });
    settle();
    return out;
  }
};

} // namespace stagepost::test::handovers
