#pragma once

#include "actors/node.hpp"
#include "actors/outlets/outlet_board.hpp"
#include "actors/runtime/observed.hpp"
#include "mail/outlet/circuit_breaker.hpp"

#include <boost/asio/io_context.hpp>
#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace stagepost {

struct http_outlet_state {
  static inline const char* name = "http-outlet";

  using promise = caf::typed_response_promise<local<const outlet_verdicts>>;
  using time_point = std::chrono::steady_clock::time_point;

  struct waiting_job {
    local<const outlet_job> it;
    promise answer;
  };
  struct busy_uploader {
    uploader_actor who;
    waiting_job job;
    bool probe; ///< Of a platform that is down.
  };
  struct idle_uploader {
    std::uint64_t number;
    uploader_actor who;
    time_point since;
  };

  node* here = nullptr;
  std::string outlet; ///< Its name.
  std::shared_ptr<outlet_figures> figures;
  outlet::circuit_breaker breaker;
  std::deque<waiting_job> line;
  std::map<std::uint64_t, busy_uploader> busy; ///< By their numbers.
  std::vector<idle_uploader> idle;             ///< The last one was last used.
  std::uint64_t uploaders = 0;                 ///< That were ever made.
  bool ticking = false;
  bool stopping = false;
  caf::error why; ///< Of its end.

  /// However the actor ends: its uploaders end on their own loops.
  ~http_outlet_state();
};

using http_outlet_pointer = pointer<http_outlet_actor, http_outlet_state>;

/// An HTTP OUTLET: gives its jobs to as many uploaders as `workers` says, in
/// the order in which they came, and makes the others wait. While its platform
/// is down it answers at once.
http_outlet_actor::behavior_type http_outlet(http_outlet_pointer self,
                                             boost::asio::io_context* loop,
                                             node* here, std::string outlet,
                                             std::string path);

} // namespace stagepost
