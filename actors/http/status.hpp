#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "net/http.hpp"

#include <memory>
#include <string>

namespace stagepost {

struct status_state {
  static inline const char* name = "http-status";
  std::unique_ptr<net::http_server> server;
};

/// The STATUS actor of one HTTP listener: `/status`, `/status/detail`,
/// `/actors`, `/metrics`, `/events`; every other path is 403, every method but
/// GET and HEAD 405.
http_actor::behavior_type status_page(pointer<http_actor, status_state> self,
                                      boost::asio::io_context* loop, node* here,
                                      std::shared_ptr<net::acceptor> door,
                                      std::string path);

/// Passes a server's requests on to an actor as messages.
net::http_server::handler pass_to(const http_actor& who);

} // namespace stagepost
