#include "actors/rules.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

rules_in_force::rules_in_force(config::configuration x)
  : now_(std::make_shared<const rules>(std::move(x))), newest_(now_.get()) {
}

rules_ptr rules_in_force::get() const {
  const std::lock_guard lock{mutex_};
  return now_;
}

bool rules_in_force::refresh(rules_ptr& mine) const {
  if (mine && newest_.load(std::memory_order_acquire) == mine.get())
    return false;
  mine = get();
  return true;
}

void rules_in_force::replace(config::configuration x) {
  auto next = std::make_shared<const rules>(std::move(x));
  const std::lock_guard lock{mutex_};
  now_.swap(next); // what was in force may end here, after the lock
  newest_.store(now_.get(), std::memory_order_release);
}

namespace {

using config::listener;

/// Keeps what runs of a section, and notes that it was to be another.
template <class T>
void keep(const T& running, T& fresh, const char* name,
          std::vector<std::string>& changed) {
  if (fresh == running)
    return;
  changed.emplace_back(name);
  fresh = running;
}

const listener* find(const std::vector<listener>& where,
                     const std::string& name) {
  const auto i = std::find_if(where.begin(), where.end(),
                              [&](auto& x) { return x.name == name; });
  return i == where.end() ? nullptr : &*i;
}

/// A listener that runs keeps its port; the rest is for its next sessions.
listener keep_port(const listener& running, const listener& fresh,
                   bool tls_as_it_was, std::vector<std::string>& changed) {
  auto out = fresh;
  out.protocol = running.protocol;
  out.address = running.address;
  if (!tls_as_it_was) // its certificates are not loaded
    out.tls = running.tls;
  if (out != fresh)
    changed.push_back("listener " + running.name);
  return out;
}

std::vector<listener> keep_ports(const std::vector<listener>& running,
                                 const std::vector<listener>& fresh,
                                 bool tls_as_it_was,
                                 std::vector<std::string>& changed) {
  std::vector<listener> out;
  for (const auto& x : running) {
    if (const auto* now = find(fresh, x.name)) {
      out.push_back(keep_port(x, *now, tls_as_it_was, changed));
      continue;
    }
    changed.push_back("listener " + x.name + " (is still open)");
    out.push_back(x);
  }
  for (const auto& x : fresh)
    if (find(running, x.name) == nullptr)
      changed.push_back("listener " + x.name + " (is not open)");
  return out;
}

} // namespace

rereading reread(const config::configuration& running,
                 config::configuration fresh) {
  rereading out{std::move(fresh), {}};
  auto& to = out.to_come;
  auto& changed = out.needs_restart;
  const auto& node = running.node;
  keep(node.name, to.node.name, "node.name", changed);
  keep(node.data_dir, to.node.data_dir, "node.data_dir", changed);
  keep(node.roles, to.node.roles, "node.roles", changed);
  keep(node.threads, to.node.threads, "node.threads", changed);
  keep(node.user, to.node.user, "node.user", changed);
  keep(running.storage, to.storage, "storage", changed);
  const bool tls_as_it_was = to.tls == running.tls;
  keep(running.tls, to.tls, "tls", changed);
  keep(running.dns, to.dns, "dns", changed);
  to.listeners
    = keep_ports(running.listeners, to.listeners, tls_as_it_was, changed);
  return out;
}

} // namespace stagepost
