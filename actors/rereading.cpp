#include "actors/rereading.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace stagepost {

namespace {

using config::listener;
using listeners = std::vector<listener>;

const listener* find(const listeners& where, const std::string& name) {
  const auto i = std::find_if(where.begin(), where.end(),
                              [&](auto& x) { return x.name == name; });
  return i == where.end() ? nullptr : &*i;
}

/// Listeners that run stay where they are, and no others come; the rest of what
/// is said of them is for their next sessions.
listeners keep_sockets(const listeners& running, const listeners& fresh) {
  listeners out;
  for (const auto& x : running) {
    const auto* now = find(fresh, x.name);
    out.push_back(now != nullptr ? *now : x);
    out.back().protocol = x.protocol;
    out.back().address = x.address;
  }
  return out;
}

/// What was live, with all in it, and does not go without what is not.
void postpone(const std::string& key, config::changes& x) {
  const auto later
    = std::stable_partition(x.live.begin(), x.live.end(), [&](auto& name) {
        return name != key && !name.starts_with(key + '.');
      });
  x.restart.insert(x.restart.end(), later, x.live.end());
  x.live.erase(later, x.live.end());
}

/// A listener that is still open may need files that the file has no more.
bool lacks_files(const config::configuration& x) {
  return std::any_of(x.listeners.begin(), x.listeners.end(), [&](auto& y) {
    return y.tls != config::listener_tls::none
           && (x.tls.certificates.empty()
               || (y.client_certificate != config::client_certificates::none
                   && x.tls.client_authority.empty()));
  });
}

} // namespace

rereading reread(const config::configuration& running,
                 config::configuration fresh) {
  auto found = config::changes_between(running, fresh);
  rereading out{std::move(fresh), std::move(found)};
  auto& to = out.to_come;
  auto hostname = std::move(to.node.hostname);
  to.node = running.node;
  to.node.hostname = std::move(hostname);
  to.storage = running.storage;
  to.dns = running.dns;
  to.listeners = keep_sockets(running.listeners, to.listeners);
  if (lacks_files(to)) {
    to.tls = running.tls;
    postpone("tls", out.found);
  }
  return out;
}

} // namespace stagepost
