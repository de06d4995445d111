#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "net/resolver.hpp"

#include <memory>
#include <string>

namespace stagepost {

struct resolver_state {
  static inline const char* name = "resolver";
  std::unique_ptr<net::resolver> dns;
};

/// The RESOLVER of a node. Runs on the loop it was given, where its questions
/// and answers come and go.
resolver_actor::behavior_type
resolver(pointer<resolver_actor, resolver_state> self,
         boost::asio::io_context* loop, node* here, std::string path);

} // namespace stagepost
