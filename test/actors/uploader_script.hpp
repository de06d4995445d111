#pragma once

#include "outlet_fixture.hpp"

#include <deque>
#include <exception>
#include <stdexcept>
#include <string>
#include <vector>

namespace stagepost::test {

/// What the actors that stand for uploaders were given, and what they made.
struct uploader_script {
  struct held {
    uploader_actor who;
    std::string path;
    local<const outlet_job> job;
    caf::typed_response_promise<local<const upload>> answer;
  };
  std::deque<held> jobs; ///< Not answered yet, in order.
  std::size_t begun = 0;
  std::vector<std::string> paths; ///< Of all uploaders that were made.
  std::size_t alive = 0;
  bool crashes = false;
};

struct scripted_state {
  static inline const char* name = "scripted-uploader";
  uploader_script* x = nullptr;
  ~scripted_state() {
    if (x != nullptr)
      --x->alive;
  }
};

inline uploader_actor::behavior_type
scripted_uploader(uploader_actor::stateful_pointer<scripted_state> self,
                  uploader_script* x, const std::string& path) {
  self->state.x = x;
  ++x->alive;
  self->set_exception_handler([](caf::scheduled_actor*, std::exception_ptr&) {
    return caf::make_error(caf::sec::runtime_error);
  });
  return {
    [self, x, path](deliver_atom, const local<const outlet_job>& job)
      -> caf::result<local<const upload>> {
      ++x->begun;
      if (x->crashes)
        throw std::runtime_error("a bug in the uploader");
      auto answer = self->make_response_promise<local<const upload>>();
      x->jobs.push_back(
        {caf::actor_cast<uploader_actor>(self->ctrl()), path, job, answer});
      return answer;
    },
    [](http_atom, std::uint64_t, const local<const net::http_answer>&) {},
    [](drained_atom, std::uint64_t) {},
    [](grace_atom, std::uint64_t) {},
  };
}

} // namespace stagepost::test
