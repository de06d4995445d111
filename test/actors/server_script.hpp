#pragma once

#include "shard_fixture.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// A server as delivery workers find it.
struct server_script {
  enum class mood { takes, refuses, hangs };
  mood how = mood::takes;
  std::size_t most_open = 1000; ///< Connections that it takes at once.
  std::size_t open = 0;
  std::size_t peak = 0;           ///< The most that were open.
  std::size_t refused = 0;        ///< Connections that were turned away.
  std::size_t workers = 0;        ///< That live.
  std::vector<std::string> taken; ///< Senders of messages, in order.
  /// What hangs: the worker's number, its destination, and the job.
  struct held {
    std::uint64_t number;
    destination_actor to;
    local<const delivery_job> job;
  };
  std::vector<held> hanging;
};

inline void answer(const server_script::held& x, const smtp::reply& every,
                   queue::attempt how, bool usable) {
  attempt_result result;
  result.job = x.job->number;
  result.how = how;
  result.replies.assign(x.job->recipients.size(), every);
  caf::anon_send(x.to, ready_atom_v, x.number,
                 make_local<const attempt_result>(std::move(result)), usable);
}

inline void take(server_script& x, const server_script::held& what) {
  x.taken.push_back(what.job->what->sender);
  answer(what, {250, {2, 0, 0}, "Taken"}, queue::attempt::made, true);
}

/// A worker whose dialogue is over in no time, unless its server hangs.
inline worker_actor::behavior_type scripted_worker(worker_actor::pointer self,
                                                   server_script* x,
                                                   destination_actor to,
                                                   std::uint64_t number) {
  using mood = server_script::mood;
  auto connected = std::make_shared<bool>(false);
  const auto parent = caf::actor_cast<caf::weak_actor_ptr>(to);
  ++x->workers;
  self->attach_functor([x](const caf::error&) { --x->workers; });
  return {
    [=](deliver_atom, const local<const delivery_job>& job) {
      const server_script::held what{
        number, caf::actor_cast<destination_actor>(parent.lock()), job};
      if (!*connected && (x->how == mood::refuses || x->open >= x->most_open)) {
        ++x->refused;
        answer(what, {451, {4, 4, 1}, "No connection"},
               queue::attempt::unreached, false);
        return self->quit();
      }
      if (!std::exchange(*connected, true))
        x->peak = std::max(x->peak, ++x->open);
      if (x->how == mood::hangs)
        x->hanging.push_back(what);
      else
        take(*x, what);
    },
    [=](rest_atom) {
      x->open -= *connected ? 1 : 0;
      self->quit();
    },
    [](tick_atom, std::uint64_t) {},
    [](accept_atom, const local<net::connection>&, const std::string&) {},
    [](input_atom) {},
    [](drained_atom) {},
    [](secure_atom, std::uint64_t, const std::string&) {},
    [](caf::close_atom, std::uint64_t, const std::string&) {},
  };
}

/// A shard whose mail for `a.example` and `b.example` goes to one scripted
/// server each, and that for other domains to a third.
struct server_fixture : shard_fixture {
  using server = server_script::mood;
  std::map<std::string, server_script> servers; ///< By host.

  static config::next_hop smart_host(const std::string& name) {
    config::next_hop out;
    out.host = name;
    return out;
  }

  server_fixture() {
    auto& delivery = settings.delivery;
    delivery.retry_jitter = 0;
    delivery.defaults.next_hop = {smart_host("mx.example")};
    for (const std::string name : {"a.example", "b.example"}) {
      delivery.domains[name] = delivery.defaults;
      delivery.domains[name].next_hop = {smart_host("mx." + name)};
    }
    here.in_force.replace(settings);
    here.make_worker = [this](const site& where, const destination_actor& to,
                              std::uint64_t number, const std::string&) {
      return system.spawn(scripted_worker, &servers[where.hosts[0].name], to,
                          number);
    };
  }

  ~server_fixture() {
    for (auto& [name, x] : servers)
      x.hanging.clear();
    if (shard)
      stop(std::exchange(shard, nullptr), caf::exit_reason::kill);
  }

  void submit_some(std::size_t n, const std::string& to,
                   const std::string& from = "s@example.org") {
    for (; n > 0; --n)
      submit(message(to, from));
  }

  /// Lets what hangs end well, that of now.
  void finish(server_script& x, std::size_t n = 1000) {
    n = std::min(n, x.hanging.size());
    const auto end = x.hanging.begin() + static_cast<std::ptrdiff_t>(n);
    std::vector<server_script::held> now(x.hanging.begin(), end);
    x.hanging.erase(x.hanging.begin(), end);
    for (const auto& y : now)
      test::take(x, y);
    settle();
  }
};

} // namespace stagepost::test
