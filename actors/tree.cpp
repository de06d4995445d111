#include "actors/tree.hpp"

#include "actors/auth/authenticator.hpp"
#include "actors/auth/hasher.hpp"
#include "actors/http/clerk.hpp"
#include "actors/http/control.hpp"
#include "actors/http/status.hpp"
#include "actors/outlets/notices.hpp"
#include "actors/outlets/outlets.hpp"
#include "actors/outlets/parser.hpp"
#include "actors/queue/shard.hpp"
#include "actors/resolver/policies.hpp"
#include "actors/resolver/resolver.hpp"
#include "actors/smtp/listener.hpp"
#include "actors/storage/directory.hpp"
#include "actors/storage/journal.hpp"
#include "actors/storage/reader.hpp"

#include <algorithm>
#include <thread>
#include <utility>

namespace stagepost {

namespace {

using std::chrono::seconds;

constexpr restart_policy::limits usual_limits{};

/// Deliveries under way may come to their end.
constexpr seconds queue_grace{20};

template <class Handle>
caf::actor untyped(const Handle& x) {
  return caf::actor_cast<caf::actor>(x);
}

/// A branch: a supervisor of its own, below the root.
child_spec branch(node& here, std::string name,
                  std::vector<child_spec> children, seconds grace) {
  return {std::move(name),
          [&here, children = std::move(children)](supervisor_pointer self,
                                                  const std::string& path) {
            return untyped(self->spawn(supervisor, &here.tree, path, children,
                                       usual_limits));
          },
          grace};
}

child_spec storage_branch(node& here) {
  std::vector<child_spec> children;
  for (const auto& x : here.shards) {
    auto* shard = x.get();
    children.push_back({"journal-" + x->name,
                        [&here, shard](auto self, const std::string& path) {
                          return untyped(self->template spawn<caf::detached>(
                            journal, &here, shard, path));
                        }});
    children.push_back(
      {"reader-" + x->name, [&here, shard](auto self, const std::string& path) {
         return untyped(
           self->template spawn<caf::detached>(reader, &here, shard, path));
       }});
  }
  children.push_back({"directory", [&here](auto self, const std::string& path) {
                        return untyped(self->template spawn<caf::detached>(
                          directory, &here, path));
                      }});
  return branch(here, "storage", std::move(children), seconds(10));
}

child_spec resolver_branch(node& here) {
  return {"resolver", [&here](auto, const std::string& path) {
            return untyped(here.spawn_anywhere(resolver, &here, path));
          }};
}

child_spec policies_branch(node& here) {
  return {"policies", [&here](auto, const std::string& path) {
            return untyped(here.spawn_anywhere(policies, &here, path));
          }};
}

child_spec parser_branch(node& here) {
  return {"parser", [&here](auto, const std::string& path) {
            return untyped(here.spawn_anywhere(parser, &here, path));
          }};
}

/// What is under way at them may come to its end.
constexpr seconds outlets_grace{10};

child_spec outlets_branch(node& here) {
  return {"outlets",
          [&here](auto, const std::string& path) {
            return untyped(here.spawn_anywhere(outlets, &here, path));
          },
          outlets_grace};
}

child_spec notices_branch(node& here) {
  return {"notices", [&here](auto, const std::string& path) {
            return untyped(here.spawn_anywhere(notices, &here, path));
          }};
}

child_spec auth_branch(node& here) {
  std::vector<child_spec> children;
  // Each takes a core and 64 MiB while it works.
  const auto hashers = std::clamp<std::size_t>(
    std::thread::hardware_concurrency(), 2, node::most_hashers);
  for (std::size_t i = 0; i < hashers; ++i)
    children.push_back({"hasher-" + std::to_string(i + 1),
                        [&here, i](auto self, const std::string& path) {
                          return untyped(self->template spawn<caf::detached>(
                            hasher, &here, i, path));
                        }});
  children.push_back({"authenticator", [&here](auto, const std::string& path) {
                        return untyped(
                          here.spawn_anywhere(authenticator, &here, path));
                      }});
  return branch(here, "auth", std::move(children), seconds(8));
}

child_spec queue_branch(node& here) {
  std::vector<child_spec> children;
  for (const auto& x : here.shards)
    children.push_back(
      {x->name,
       [&here, shard = x.get()](auto, const std::string& path) {
         const auto loop = shard->number % here.loops->size();
         return untyped(
           here.loops->spawn_on(loop, queue_shard, &here, shard, path));
       },
       queue_grace});
  return branch(here, "queue", std::move(children), queue_grace + seconds(2));
}

child_spec smtp_branch(node& here) {
  std::vector<child_spec> children;
  for (std::size_t i = 0; i < here.configuration.listeners.size(); ++i) {
    const auto& x = here.configuration.listeners[i];
    if (x.protocol == config::listener_protocol::http || !here.acceptors[i])
      continue;
    children.push_back({x.name, [&here, &x, i](auto, const std::string& path) {
                          return untyped(
                            here.loops->spawn_on(0, smtp_listener, &here, &x,
                                                 here.acceptors[i], path));
                        }});
  }
  return branch(here, "smtp", std::move(children), seconds(8));
}

child_spec http_branch(node& here) {
  std::vector<child_spec> children;
  if (here.stores()) {
    children.push_back({"clerk", [&here](auto self, const std::string& path) {
                          return untyped(self->template spawn<caf::detached>(
                            clerk, &here, path));
                        }});
    children.push_back({"control", [&here](auto, const std::string& path) {
                          return untyped(
                            here.spawn_anywhere(control, &here, path));
                        }});
  }
  for (std::size_t i = 0; i < here.configuration.listeners.size(); ++i) {
    const auto& x = here.configuration.listeners[i];
    if (x.protocol != config::listener_protocol::http || !here.acceptors[i])
      continue;
    children.push_back({x.name, [&here, i](auto, const std::string& path) {
                          return untyped(here.spawn_anywhere(
                            status_page, &here, here.acceptors[i], path));
                        }});
  }
  return branch(here, "http", std::move(children), seconds(5));
}

bool has(const node& here, config::role x) {
  const auto& roles = here.configuration.node.roles;
  return std::find(roles.begin(), roles.end(), x) != roles.end();
}

} // namespace

supervisor_actor plant(caf::actor_system& system, node& here) {
  std::vector<child_spec> branches;
  if (here.stores())
    branches.push_back(storage_branch(here));
  branches.push_back(resolver_branch(here));
  if (here.stores())
    branches.push_back(policies_branch(here));
  branches.push_back(auth_branch(here));
  if (here.stores())
    branches.push_back(queue_branch(here));
  branches.push_back(parser_branch(here));
  branches.push_back(notices_branch(here));
  branches.push_back(outlets_branch(here));
  branches.push_back(http_branch(here));
  if (has(here, config::role::smtp))
    branches.push_back(smtp_branch(here));
  return system.spawn(supervisor, &here.tree, std::string{}, branches,
                      usual_limits);
}

} // namespace stagepost
