#include "actors/http/destinations_view.hpp"

#include "mail/date.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <utility>
#include <vector>

namespace stagepost {

namespace {

namespace json = boost::json;

constexpr std::chrono::seconds limit{1};
constexpr std::size_t most_actors = 20'000;
constexpr std::size_t most_shown = 1000;

/// Connections by the path of their destination.
std::map<std::string, std::uint64_t> connections(const node& here) {
  std::map<std::string, std::uint64_t> out;
  for (const auto& x : here.tree.read(most_actors))
    if (x.kind == "delivery-worker")
      ++out[x.path.substr(0, x.path.rfind('/'))];
  return out;
}

/// A destination's place in the tree, as its shard names it.
std::string place_of(const std::string& shard, std::string site) {
  std::replace(site.begin(), site.end(), '/', ',');
  return "queue/" + shard + '/' + site;
}

struct found_site {
  const shard_services* shard = nullptr;
  queue::site_sight it;
};

json::object view(const found_site& x, std::uint64_t connected) {
  const auto& site = x.it;
  const auto time = [](const std::optional<queue::time_point>& t) {
    return t ? json::value(rfc3339_date(*t)) : json::value(nullptr);
  };
  return {{"site", site.site},
          {"shard", x.shard->name},
          {"state", !site.suspended.empty() ? "suspended"
                    : site.down_since       ? "down"
                                            : "up"},
          {"waiting", site.waiting},
          {"delivering", site.delivering},
          {"window", site.window},
          {"connections", connected},
          {"since", time(site.down_since)},
          {"next_probe", time(site.next_probe)},
          {"why", site.why},
          {"suspended", site.suspended}};
}

json::array view(const node& here, std::vector<found_site>& all) {
  std::ranges::stable_sort(all, std::ranges::greater{}, [](const auto& x) {
    return x.it.waiting + x.it.delivering;
  });
  if (all.size() > most_shown)
    all.resize(most_shown);
  json::array out;
  if (all.empty())
    return out;
  const auto connected = connections(here);
  for (const auto& x : all) {
    const auto i = connected.find(place_of(x.shard->name, x.it.site));
    out.push_back(view(x, i == connected.end() ? 0 : i->second));
  }
  return out;
}

} // namespace

void look_at_destinations(http_actor::pointer self, const node& here,
                          const std::string& domain,
                          std::function<void(json::array)> then) {
  struct gathered {
    std::size_t open = 1; // ours, until all have been asked
    std::vector<found_site> all;
  };
  auto x = std::make_shared<gathered>();
  const auto finish = [x, &here, then = std::move(then)] {
    if (--x->open == 0)
      then(view(here, x->all));
  };
  for (const auto& shard : here.shards) {
    const auto who = shard->shard.get();
    if (!who)
      continue;
    ++x->open;
    self->request(who, limit, sites_atom_v, domain)
      .then(
        [x, finish,
         of = shard.get()](const local<std::vector<queue::site_sight>>& y) {
          for (const auto& one : *y)
            x->all.push_back({of, one});
          finish();
        },
        [finish](const caf::error&) { finish(); });
  }
  finish();
}

} // namespace stagepost
