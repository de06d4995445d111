#include "storage/batch_arrays.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <span>
#include <system_error>

namespace stagepost::storage {

namespace {

std::int64_t key(queue::id x) {
  return static_cast<std::int64_t>(x.value());
}

/// A clock that was set back makes no attempt end before it began.
std::int32_t lasted_ms(const queue::event& x) {
  using std::chrono::milliseconds;
  if (x.began == queue::time_point{} || x.began >= x.at)
    return 0;
  const auto n
    = std::chrono::duration_cast<milliseconds>(x.at - x.began).count();
  return static_cast<std::int32_t>(
    std::clamp<std::int64_t>(n, 1, std::numeric_limits<std::int32_t>::max()));
}

} // namespace

void message_columns::clear() {
  for (auto* column : {&id, &received_at, &expires_at, &size, &flags, &sender,
                       &circumstances, &envelope_id, &body})
    column->clear();
}

void message_columns::add(const queue::arrival& x, bool in_parts) {
  const auto& m = *x.what;
  id.add(key(m.id));
  received_at.add(pq::to_server_time(m.received_at));
  expires_at.add(pq::to_server_time(m.expires_at));
  size.add(static_cast<std::int64_t>(x.body->size()));
  flags.add(static_cast<std::int32_t>(m.flags));
  sender.add_text(m.sender);
  circumstances.add_text(m.circumstances);
  envelope_id.add_text(m.envelope_id);
  if (in_parts) {
    body.add_null();
    return;
  }
  const auto octets = static_cast<std::size_t>(x.body->size());
  const std::span out(body.add_octets(octets), octets);
  if (x.body->read(0, out) != octets)
    throw std::system_error(EIO, std::generic_category(),
                            "content shorter than its size");
}

void recipient_columns::clear() {
  for (auto* column : {&id, &next_at, &number, &state, &attempts, &notify,
                       &address, &last_reply, &original_recipient})
    column->clear();
}

void recipient_columns::add(queue::id message, const queue::recipient& x) {
  id.add(key(message));
  next_at.add(pq::to_server_time(x.next_at));
  number.add(static_cast<std::int16_t>(x.number));
  state.add(static_cast<std::int16_t>(x.state));
  attempts.add(static_cast<std::int16_t>(x.attempts));
  notify.add(static_cast<std::int16_t>(x.notify | (x.warned ? warned_bit : 0)));
  address.add_text(x.address);
  last_reply.add_text(x.last_reply);
  original_recipient.add_text(x.original_recipient);
}

void key_columns::clear() {
  id.clear();
  number.clear();
}

void key_columns::add(const queue::recipient_key& x) {
  id.add(key(x.message));
  number.add(static_cast<std::int16_t>(x.number));
}

void event_columns::clear() {
  for (auto* column : {&message, &at, &number, &kind, &recipient, &relay,
                       &reply, &tls, &lasted})
    column->clear();
}

void event_columns::add(const queue::event& x) {
  message.add(key(x.message));
  at.add(pq::to_server_time(x.at));
  number.add(static_cast<std::int16_t>(x.number));
  kind.add(static_cast<std::int16_t>(x.what));
  recipient.add_text(x.recipient);
  relay.add_text(x.relay);
  reply.add_text(x.reply);
  tls.add_text(x.tls);
  lasted.add(lasted_ms(x));
}

} // namespace stagepost::storage
