#pragma once

#include "actors/node.hpp"

#include <cstdint>
#include <memory>
#include <string>

namespace stagepost::test {

inline config::configuration small() {
  config::configuration x;
  x.node.name = "node-1";
  x.node.hostname = "mx.example.com";
  config::listener mx;
  mx.name = "mx";
  mx.address = {"127.0.0.1", 2525};
  mx.tls = config::listener_tls::starttls;
  x.listeners.push_back(mx);
  return x;
}

/// A node with a listener and two shards, and no actors.
struct with_a_node {
  node here{small()};

  with_a_node() {
    for (const std::uint16_t n : {std::uint16_t{0}, std::uint16_t{1}})
      here.shards.push_back(std::make_unique<shard_services>(
        "queue-" + std::to_string(n), n, "dbname=none"));
    here.acceptors.resize(here.configuration.listeners.size());
  }
};

} // namespace stagepost::test
