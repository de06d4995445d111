#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"
#include "net/http.hpp"

#include <memory>
#include <string>

namespace stagepost {

struct control_state {
  static inline const char* name = "control";
  node* here = nullptr;
  std::unique_ptr<net::http_server> server;
};

/// The CONTROL actor: HTTP over the Unix socket `control.sock` in the data
/// directory, which only the daemon's user may open. What the status pages
/// show, the queue and the directory (by the CLERK), and with a JSON body:
/// `POST /actors/restart {"path": …}`, and what `read_queue_order` and
/// `read_directory_change` read.
http_actor::behavior_type control(pointer<http_actor, control_state> self,
                                  boost::asio::io_context* loop, node* here,
                                  std::string path);

/// Where the socket of a node is.
std::string control_socket(const config::node_section& x);

} // namespace stagepost
