#pragma once

#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"

#include <caf/typed_response_promise.hpp>

#include <chrono>
#include <memory>
#include <string>
#include <vector>

namespace stagepost {

/// How much longer than `reply_within` a client is kept waiting for its reply:
/// what an outlet may take longer than it was asked to, and what it takes to
/// write down what came of the mail.
inline constexpr std::chrono::seconds outlet_slack{15};

struct handover_state {
  static inline const char* name = "handover";
  using replies = local<const std::vector<smtp::reply>>;

  node* here = nullptr;
  rules_ptr by;
  std::shared_ptr<const received_mail> mail;
  bool each = false; ///< The client hears a reply for each recipient.
  std::vector<config::decision> first;   ///< Where each recipient's mail goes.
  std::vector<const config::outlet*> at; ///< Where each one's verdict is from.
  std::vector<queue::time_point> asked;  ///< When that outlet was.
  outlet_verdicts verdicts;              ///< So far.
  std::vector<queue::event> events;
  std::chrono::steady_clock::time_point begun;
  std::size_t waits_for = 0; ///< Recipients without a last word.
  bool id_taken = false;     ///< The queue has the message under its id.
  caf::typed_response_promise<replies> client;
};

using handover_pointer = pointer<handover_actor, handover_state>;

/// The HANDOVER of one message that does not go straight to the queue. Asks the
/// outlet of each recipient, and the fallback of one that failed for now, while
/// the client can still hear of it; folds what they say into the reply; sees
/// that it is written down, and that the sender hears by mail of what the reply
/// is silent about. Goes on when the client hangs up: whoever it has asked
/// keeps it alive.
handover_actor::behavior_type
handover(handover_pointer self, node* here, rules_ptr by,
         std::shared_ptr<const received_mail> mail,
         std::vector<config::decision> outlets, bool each, std::string path);

namespace handing_over {

/// When the client's session says 451 by itself: it then sends again what was
/// accepted meanwhile.
std::chrono::steady_clock::time_point session_ends(const handover_state& state);

/// Each recipient has its last word: tells the client. A 250 that is silent
/// about some waits until their report is durable. Where that can't be, all of
/// it is to come again: what was accepted comes twice then, and nothing is
/// lost.
void finish(handover_pointer self);

} // namespace handing_over

} // namespace stagepost
