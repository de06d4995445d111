#pragma once

#include "actors/node.hpp"
#include "messages/interfaces.hpp"

#include <caf/typed_event_based_actor.hpp>
#include <caf/typed_response_promise.hpp>

#include <algorithm>
#include <utility>
#include <vector>

namespace stagepost::test {

/// What the actor that stands for the reader finds.
struct reader_script {
  using found = local<std::vector<queue::stored>>;
  std::vector<queue::stored> at_start;
  std::vector<queue::stored> due;
  std::vector<queue::suspension> suspended;
  content_ptr body;
  bool holds = false; ///< Answers wait in `held`.
  std::vector<std::pair<caf::typed_response_promise<found>, found>> held;
  using one_body = caf::typed_response_promise<local<const content>>;
  bool holds_bodies = false; ///< Likewise contents, in `bodies`.
  std::vector<one_body> bodies;
};

inline reader_actor::behavior_type scripted_reader(reader_actor::pointer self,
                                                   reader_script* x,
                                                   shard_services* services) {
  using found = reader_script::found;
  services->reader.set(self);
  const auto answer
    = [self, x](std::vector<queue::stored> what) -> caf::result<found> {
    if (!x->holds)
      return make_local(std::move(what));
    auto waits = self->make_response_promise<found>();
    x->held.emplace_back(waits, make_local(std::move(what)));
    return waits;
  };
  return {
    [answer, x](load_atom, queue::time_point, queue::id after, std::uint32_t) {
      return answer(after == queue::id{} ? x->at_start
                                         : std::vector<queue::stored>{});
    },
    [answer, x](due_atom, queue::time_point from, queue::time_point until) {
      std::vector<queue::stored> out;
      for (const auto& y : x->due)
        if (y.recipients.front().next_at >= from
            && y.recipients.front().next_at < until)
          out.push_back(y);
      return answer(std::move(out));
    },
    [x](count_atom, queue::time_point from, queue::time_point until,
        std::uint32_t most) {
      std::vector<queue::time_point> times;
      for (const auto& y : x->due)
        if (const auto at = y.recipients.front().next_at;
            at >= from && at < until)
          times.push_back(at);
      std::sort(times.begin(), times.end());
      return times.size() > most ? times[most] : until;
    },
    [answer, x](show_atom, const std::vector<queue::id>&) {
      return answer(x->due);
    },
    [x](suspended_atom) { return make_local(x->suspended); },
    [self, x](body_atom, queue::id) -> caf::result<local<const content>> {
      if (!x->holds_bodies)
        return local<const content>{x->body};
      auto waits = self->make_response_promise<local<const content>>();
      x->bodies.push_back(waits);
      return waits;
    },
  };
}

} // namespace stagepost::test
