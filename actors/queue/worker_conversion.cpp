// How a delivery worker makes a message 7bit for a server that takes no more
// (RFC 6152, 3): it looks it through before, and changes it on the way.

#include "actors/queue/delivery_worker.hpp"

#include <boost/asio/post.hpp>
#include <caf/send.hpp>

#include <stdexcept>
#include <utility>

namespace stagepost::worker {

namespace {

/// Looked through at a time, so that nobody waits for a large message.
constexpr std::uint64_t stretch = 1U << 20U;
constexpr std::size_t piece = 64U << 10U;

} // namespace

bool surveyed(worker_pointer self) {
  auto& state = self->state;
  if (state.plan)
    return true;
  if (!state.survey)
    state.survey = std::make_unique<mime::seven_bit_survey>();
  const auto& body = *state.job->body;
  const auto end = std::min(body.size(), state.looked_through + stretch);
  std::string part;
  while (state.looked_through < end) {
    part.resize(std::min<std::uint64_t>(piece, end - state.looked_through));
    part.resize(body.read(state.looked_through, part));
    if (part.empty())
      throw std::runtime_error("content ends before its size");
    state.looked_through += part.size();
    state.survey->feed(part);
  }
  if (end < body.size()) {
    // Goes on when others on the loop had their turn.
    boost::asio::post(*state.loop, tell(self, drained_atom_v));
    return false;
  }
  state.plan = std::exchange(state.survey, nullptr)->finish();
  return true;
}

void forget_conversion(worker_state& state) {
  state.survey.reset();
  state.looked_through = 0;
  state.plan.reset();
  state.converter.reset();
}

} // namespace stagepost::worker
