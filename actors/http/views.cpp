#include "actors/http/views.hpp"

#include "actors/http/outlets_view.hpp"
#include "mail/date.hpp"

#include <algorithm>

namespace stagepost {

namespace {

namespace json = boost::json;

/// Actors shown at most: with 100,000 sessions the tree is no reading matter.
constexpr std::size_t most_actors = 20'000;

/// The name of the node that has a shard.
std::string owner_of(const node& here, const shard_services& x) {
  if (!x.standby)
    return here.configuration.node.name;
  const auto owner = x.owner.get();
  return owner->substr(0, owner->find('/'));
}

json::array shards_of(const node& here) {
  json::array out;
  for (const auto& x : here.shards)
    out.push_back(json::object{{"name", x->name},
                               {"number", x->number},
                               {"healthy", x->healthy.load()},
                               {"role", x->standby ? "standby" : "owner"},
                               {"owner", owner_of(here, *x)},
                               {"messages", x->messages.load()},
                               {"waiting", x->waiting.load()},
                               {"delivering", x->delivering.load()},
                               {"suspended", x->held_up.load()}});
  return out;
}

const char* name_of(config::listener_protocol x) {
  switch (x) {
    case config::listener_protocol::smtp:
      return "smtp";
    case config::listener_protocol::lmtp:
      return "lmtp";
    case config::listener_protocol::http:
      return "http";
  }
  return "";
}

const char* name_of(config::listener_tls x) {
  switch (x) {
    case config::listener_tls::none:
      return "none";
    case config::listener_tls::starttls:
      return "starttls";
    case config::listener_tls::implicit:
      return "implicit";
  }
  return "";
}

} // namespace

std::string trouble_of(const node& here, lease_clock::time_point now) {
  if (here.draining)
    return "draining";
  if (here.postgres_down)
    return "PostgreSQL is down and being started again";
  if (!here.stores())
    return {};
  bool leases_over = false;
  for (const auto& x : here.shards) {
    if (x->healthy && now < x->lease_ends.load())
      return {};
    leases_over = leases_over || x->healthy;
  }
  if (leases_over)
    return "no queue shard's lease was renewed: the database does not answer";
  if (const auto owner = stands_by_for(here); !owner.empty())
    return "standing by: " + owner + " owns the queue";
  return "no queue shard can store mail";
}

std::string stands_by_for(const node& here) {
  const auto waits = [](const auto& x) { return x->standby.load(); };
  if (!here.stores()
      || !std::all_of(here.shards.begin(), here.shards.end(), waits))
    return {};
  const auto owner = owner_of(here, *here.shards.front());
  return owner.empty() ? "another daemon" : owner;
}

std::int64_t uptime_of(const node& here) {
  using namespace std::chrono;
  return duration_cast<seconds>(system_clock::now() - here.started).count();
}

json::object status_view(const node& here) {
  const auto trouble = trouble_of(here, lease_clock::now());
  json::object out{{"status", trouble.empty() ? "ok" : "unhealthy"},
                   {"node", here.configuration.node.name},
                   {"clients", here.clients.in_all()},
                   {"uptime_s", uptime_of(here)}};
  if (!trouble.empty())
    out["reason"] = trouble;
  return out;
}

json::object detail_view(const node& here) {
  const auto rules = here.in_force.get();
  auto out = status_view(here);
  out["hostname"] = rules->configuration.node.hostname;
  json::array listeners;
  for (std::size_t i = 0; i < here.acceptors.size(); ++i) {
    const auto& x = rules->configuration.listeners[i];
    json::object y{{"name", x.name},
                   {"protocol", name_of(x.protocol)},
                   {"address", x.address.host},
                   {"tls", name_of(x.tls)}};
    y["port"]
      = here.acceptors[i] ? here.acceptors[i]->local().port() : x.address.port;
    listeners.push_back(std::move(y));
  }
  out["listeners"] = std::move(listeners);
  const auto& limits = rules->configuration.limits;
  out["limits"]
    = json::object{{"max_clients", limits.max_clients},
                   {"max_clients_per_host", limits.max_clients_per_host},
                   {"message_size", limits.message_size},
                   {"recipients", limits.recipients},
                   {"session_idle_s", limits.session_idle.count()},
                   {"queue_memory", limits.queue_memory}};
  out["shards"] = shards_of(here);
  out["outlets"] = outlets_view(here);
  out["storage"] = !here.stores()                          ? "none"
                   : here.configuration.storage.embedded() ? "embedded"
                                                           : "external";
  out["actors"] = here.tree.size();
  out["restarts"] = here.tree.restarts();
  return out;
}

namespace {

/// Whether an outlet's circuit breaker is open.
bool is_broken(const node& here, const roster::reading& x) {
  if (x.kind != "http-outlet")
    return false;
  const auto all = here.board.all();
  const auto i = all.find(x.path.substr(x.path.rfind('/') + 1));
  return i != all.end() && i->second->down;
}

} // namespace

json::array actors_view(const node& here) {
  json::array out;
  for (const auto& x : here.tree.read(most_actors)) {
    json::object y{{"path", x.path},
                   {"kind", x.kind},
                   {"state", x.state},
                   {"started", rfc3339_date(x.started)},
                   {"restarts", x.past.restarts},
                   {"handled", x.handled},
                   {"waiting", x.waiting},
                   {"cpu_ms", static_cast<double>(x.busy.count()) / 1e6}};
    if (is_broken(here, x))
      y["state"] = "platform down";
    if (x.past.last_error.empty())
      y["last_error"] = nullptr;
    else
      y["last_error"] = x.past.last_error; // braces would make it an array
    out.push_back(std::move(y));
  }
  return out;
}

} // namespace stagepost
