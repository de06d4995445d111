// How a delivery worker puts a message to the server: the envelope, for as many
// recipients as it takes, and the content, as fast as it takes it.

#include "actors/queue/delivery_worker.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace stagepost::worker {

namespace {

constexpr std::chrono::minutes content_limit{3}; // for each piece

/// Content given to the connection before it has to have left.
constexpr std::size_t most_unsent = 256U << 10U;
constexpr std::size_t piece = 64U << 10U;

/// What the envelope says of the message.
void describe(const queue::message& what, smtp::sender::envelope& to) {
  using returns = smtp::sender::returns;
  const auto is = [&](auto flag) { return (what.flags & flag) != 0; };
  to.sender = what.sender;
  to.eight_bit = is(queue::flag_eight_bit);
  to.binary = is(queue::flag_binary);
  to.smtputf8 = is(queue::flag_smtputf8);
  to.require_tls = is(queue::flag_require_tls);
  to.returns = is(queue::flag_return_full)     ? returns::full
               : is(queue::flag_return_header) ? returns::header
                                               : returns::unsaid;
  to.id = what.envelope_id;
}

} // namespace

void begin(worker_state& state) {
  smtp::sender::envelope x;
  describe(*state.job->what, x);
  x.size = state.job->body->size();
  const auto& all = state.job->recipients;
  const auto first = state.replies.size();
  const std::size_t limit = state.dialogue->server().most_recipients;
  const auto left = all.size() - first;
  const auto end = first + (limit == 0 ? left : std::min(limit, left));
  for (auto i = first; i < end; ++i)
    x.recipients.push_back(
      {all[i].address, all[i].notify, all[i].original_recipient});
  state.begun = true;
  state.dialogue->begin(std::move(x));
}

bool send_content(worker_state& state) {
  if (!std::exchange(state.sending, true)) {
    state.sent = 0;
    state.encoder = {};
  }
  const auto& body = *state.job->body;
  while (state.sent < body.size()) {
    if (state.peer->unsent() > most_unsent)
      return false;
    std::string out;
    if (const auto all = body.in_memory(); !all.empty()) {
      const auto part = all.substr(state.sent, piece);
      out.reserve(part.size() + part.size() / 32 + 8);
      state.encoder.encode(part, out);
      state.sent += part.size();
    } else {
      std::string part(piece, '\0');
      part.resize(body.read(state.sent, part));
      if (part.empty())
        throw std::runtime_error("content ends before its size");
      state.encoder.encode(part, out);
      state.sent += part.size();
    }
    if (state.sent == body.size())
      state.encoder.finish(out);
    state.peer->deadline(std::chrono::steady_clock::now() + content_limit);
    state.peer->write(std::move(out));
  }
  if (body.size() == 0) {
    std::string out;
    state.encoder.finish(out);
    state.peer->write(std::move(out));
  }
  state.sending = false;
  return true;
}

} // namespace stagepost::worker
