// How a delivery worker puts a message to the server: the envelope, for as many
// recipients as it takes, and the content, as fast as it takes it.

#include "actors/queue/delivery_worker.hpp"
#include "mail/mime/entity.hpp"
#include "mail/smtp/envelope_check.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace stagepost::worker {

namespace {

/// Content given to the connection before it has to have left.
constexpr std::size_t most_unsent = 256U << 10U;
constexpr std::size_t data_piece = 64U << 10U;
/// Most messages are one chunk.
constexpr std::size_t chunk = 256U << 10U;

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

/// Whether it holds, or where it is not in memory may hold, octets over 127: a
/// server that takes them is to know of it, whoever did not say so to us (RFC
/// 6152, 3).
bool may_be_eight_bit(const content& x) {
  return x.in_memory().size() != x.size() || mime::has_eight_bit(x.in_memory());
}

} // namespace

bool may_go_on(worker_pointer self) {
  auto& state = self->state;
  if (state.here->may_deliver(state.job->what->id, self->clock().now()))
    return true;
  fail(self,
       smtp::by_us({451,
                    {4, 3, 0},
                    "The database can't be reached, or the shard is another "
                    "daemon's by now"}),
       queue::attempt::none);
  return false;
}

bool begin(worker_pointer self) {
  auto& state = self->state;
  smtp::sender::envelope x;
  describe(*state.job->what, x);
  state.converter.reset();
  const auto& server = state.dialogue->server();
  const bool declared = smtp::wants_seven_bit(x, server);
  const bool seven_bit = declared || !server.eight_bit_mime;
  // Many send 8-bit content without a word. What can't be changed goes as it
  // came then: nobody asked for better.
  if (seven_bit || (x.smtputf8 && !server.smtputf8)) {
    if (!surveyed(self))
      return false;
    if (declared)
      x.stays_eight_bit = state.plan->fault;
    // Some say SMTPUTF8 wherever it is offered. Where no field is UTF-8, only
    // an address may need it.
    if (state.plan->fault.empty() && !server.smtputf8)
      x.smtputf8 = false;
    if (state.plan->fault.empty() && seven_bit) {
      x.eight_bit = x.binary = false;
      if (declared || changes_anything(*state.plan))
        state.converter
          = std::make_unique<mime::seven_bit_encoder>(*state.plan);
    }
  }
  if (!state.converter && !x.binary && server.eight_bit_mime)
    x.eight_bit = x.eight_bit || may_be_eight_bit(*state.job->body);
  if (!sign(self))
    return false;
  if (const auto why = unsigned_refusal(state)) {
    refuse(self, *why);
    return true;
  }
  x.size = state.job->body->size() + state.signature->fields.size();
  x.resized = state.converter != nullptr;
  const auto& all = state.job->recipients;
  const auto first = state.replies.size();
  const std::size_t limit = state.dialogue->server().most_recipients;
  const auto left = all.size() - first;
  const auto end = first + (limit == 0 ? left : std::min(limit, left));
  for (auto i = first; i < end; ++i)
    x.recipients.push_back(
      {all[i].address, all[i].notify, all[i].original_recipient, all[i].sure});
  state.begun = true;
  state.sending = false;
  state.dialogue->begin(std::move(x));
  return true;
}

namespace {

/// The next piece of the content, as it goes over the wire.
std::string next_piece(worker_state& state, std::size_t limit) {
  const auto& body = *state.job->body;
  const bool first = state.sent == 0;
  std::string part;
  auto octets = body.in_memory().substr(
    std::min<std::uint64_t>(state.sent, body.in_memory().size()), limit);
  if (octets.empty() && state.sent < body.size()) {
    part.resize(std::min<std::uint64_t>(limit, body.size() - state.sent));
    part.resize(body.read(state.sent, part));
    if (part.empty())
      throw std::runtime_error("content ends before its size");
    octets = part;
  }
  state.sent += octets.size();
  const bool last = state.sent == body.size();
  if (state.framing == smtp::sender::framing::binary_chunks) {
    if (first && !state.signature->fields.empty())
      return state.signature->fields + std::string(octets);
    return part.empty() ? std::string(octets) : std::move(part);
  }
  std::string converted;
  if (state.converter) {
    state.converter->encode(octets, converted);
    if (last)
      state.converter->finish(converted);
    octets = converted;
  }
  std::string out;
  out.reserve(state.signature->fields.size() + octets.size()
              + octets.size() / 32 + 8);
  if (first)
    out += state.signature->fields;
  state.encoder.encode(octets, out);
  if (last)
    state.encoder.finish(out);
  return out;
}

/// Puts BDAT before a piece.
void frame(worker_state& state, std::string& piece, bool last) {
  if (piece.empty() && !last)
    return;
  state.dialogue->begin_chunk(piece.size(), last);
  piece.insert(0, state.dialogue->take_output());
}

} // namespace

bool send_content(worker_state& state) {
  using framing = smtp::sender::framing;
  if (!std::exchange(state.sending, true)) {
    state.sent = 0;
    state.framing = state.dialogue->content_way();
    state.encoder = smtp::data_encoder(state.framing == framing::dots);
  }
  const bool chunks = state.framing != framing::dots;
  bool last = false;
  while (!last
         && state.dialogue->wanted() == smtp::sender::wish::send_content) {
    if (state.peer->unsent() > most_unsent)
      return false;
    auto piece = next_piece(state, chunks ? chunk : data_piece);
    last = state.sent == state.job->body->size();
    if (chunks)
      frame(state, piece, last);
    allow(state, smtp::sender::awaited::content);
    state.peer->write(std::move(piece));
  }
  if (!last)
    return true; // an answer is due before the next chunk
  state.sending = false;
  if (!chunks)
    state.dialogue->content_sent();
  return true;
}

} // namespace stagepost::worker
