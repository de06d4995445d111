#include "storage/journal.hpp"

#include "storage/batch_arrays.hpp"
#include "storage/body_parts.hpp"
#include "storage/journal_statements.hpp"
#include "storage/pq/connection.hpp"
#include "storage/pq/parameters.hpp"

namespace stagepost::storage {

namespace {

// More in one statement gains nothing, and costs memory on both sides.
constexpr std::uint64_t slice_limit = 1'500'000;

} // namespace

struct queue_journal::impl {
  impl(const std::string& text, std::uint16_t number)
    : link(text), parts(text), shard(static_cast<std::int16_t>(number)) {
  }

  void send_arrivals(const std::vector<queue::arrival>& x);
  void send_slice();
  void send_changes(const std::vector<queue::change>& x);
  void send_redirected(const std::vector<queue::change>& x);
  void send_finished(const queue::batch& x);
  void forget(const std::vector<queue::id>& which,
              std::initializer_list<const char*> how);
  void send_events(const std::vector<queue::event>& x);
  void send_pause(const queue::batch::pause& x);
  void write(const queue::batch& x);

  pq::connection link;
  body_part_writer parts;
  std::int16_t shard;
  std::int64_t epoch = 0;
  bool broken = false;
  message_columns messages;
  recipient_columns recipients;
  key_columns keys;
  event_columns events;
};

void queue_journal::impl::send_slice() {
  auto& m = messages;
  if (m.id.size() == 0)
    return;
  pq::parameters p;
  p.add(shard)
    .add(m.id.wire())
    .add(m.received_at.wire())
    .add(m.expires_at.wire())
    .add(m.size.wire())
    .add(m.flags.wire())
    .add(m.sender.wire())
    .add(m.circumstances.wire())
    .add(m.envelope_id.wire())
    .add(m.body.wire());
  link.send("arrive", p);
  m.clear();
}

void queue_journal::impl::send_arrivals(const std::vector<queue::arrival>& x) {
  if (x.empty())
    return;
  messages.clear();
  recipients.clear();
  std::uint64_t octets = 0;
  for (const auto& arrival : x) {
    const auto size = arrival.body->size();
    const bool in_parts = size > inline_limit;
    if (!in_parts && octets + size > slice_limit) {
      send_slice();
      octets = 0;
    }
    octets += in_parts ? 0 : size;
    messages.add(arrival, in_parts);
    for (const auto& recipient : arrival.recipients)
      recipients.add(arrival.what->id, recipient);
  }
  send_slice();
  auto& r = recipients;
  pq::parameters p;
  p.add(shard)
    .add(r.id.wire())
    .add(r.next_at.wire())
    .add(r.number.wire())
    .add(r.state.wire())
    .add(r.attempts.wire())
    .add(r.notify.wire())
    .add(r.address.wire())
    .add(r.last_reply.wire())
    .add(r.original_recipient.wire());
  link.send("address", p);
}

void queue_journal::impl::send_changes(const std::vector<queue::change>& x) {
  if (x.empty())
    return;
  auto& r = recipients;
  r.clear();
  for (const auto& change : x)
    r.add(change.message, change.now);
  pq::parameters p;
  p.add(r.id.wire())
    .add(r.next_at.wire())
    .add(r.number.wire())
    .add(r.state.wire())
    .add(r.attempts.wire())
    .add(r.notify.wire())
    .add(r.last_reply.wire());
  link.send("change", p);
}

void queue_journal::impl::send_redirected(const std::vector<queue::change>& x) {
  if (x.empty())
    return;
  auto& r = recipients;
  r.clear();
  for (const auto& change : x)
    r.add(change.message, change.now);
  pq::parameters p;
  p.add(r.id.wire())
    .add(r.number.wire())
    .add(r.address.wire())
    .add(r.original_recipient.wire());
  link.send("redirect", p);
}

void queue_journal::impl::send_finished(const queue::batch& x) {
  if (!x.finished.empty()) {
    keys.clear();
    for (const auto& key : x.finished)
      keys.add(key);
    pq::parameters p;
    link.send("finish", p.add(keys.id.wire()).add(keys.number.wire()));
  }
  forget(x.removed, {"forget_recipients", "forget", "forget_parts"});
  forget(x.finished_messages, {"forget", "forget_parts"});
  forget(x.maybe_finished, {"forget_empty"});
}

void queue_journal::impl::forget(const std::vector<queue::id>& which,
                                 std::initializer_list<const char*> how) {
  if (which.empty())
    return;
  keys.clear();
  for (const auto& id : which)
    keys.id.add(static_cast<std::int64_t>(id.value()));
  pq::parameters p;
  p.add(keys.id.wire());
  for (const auto* statement : how)
    link.send(statement, p);
}

void queue_journal::impl::send_events(const std::vector<queue::event>& x) {
  if (x.empty())
    return;
  auto& e = events;
  e.clear();
  for (const auto& event : x)
    e.add(event);
  pq::parameters p;
  p.add(e.message.wire())
    .add(e.at.wire())
    .add(e.number.wire())
    .add(e.kind.wire())
    .add(e.recipient.wire())
    .add(e.relay.wire())
    .add(e.reply.wire())
    .add(e.tls.wire())
    .add(e.lasted.wire());
  link.send("log", p);
}

void queue_journal::impl::send_pause(const queue::batch::pause& x) {
  const auto subject = to_database_text(x.what.subject);
  const auto reason = to_database_text(x.what.reason);
  pq::parameters p;
  p.add(shard).add(static_cast<std::int16_t>(x.what.what)).add(subject);
  if (!x.over)
    p.add(reason)
      .add(pq::to_server_time(x.what.since))
      .add(pq::to_server_time(x.what.until.value_or(queue::time_point{})));
  link.send(x.over ? "resume" : "suspend", p);
}

void queue_journal::impl::write(const queue::batch& x) {
  for (const auto& arrival : x.arrivals)
    if (arrival.body->size() > inline_limit)
      parts.write(arrival.what->id, *arrival.body);
  link.enter_pipeline();
  pq::parameters fence;
  link.send("fence", fence.add(shard).add(epoch));
  send_arrivals(x.arrivals);
  send_redirected(x.redirected); // clears the old address's last reply
  send_changes(x.changed);
  send_finished(x);
  send_events(x.events);
  for (const auto& pause : x.pauses)
    send_pause(pause);
  link.synchronize();
}

queue_journal::queue_journal(const std::string& connection_string,
                             std::uint16_t shard)
  : impl_(std::make_unique<impl>(connection_string, shard)) {
  auto& link = impl_->link;
  link.execute(journal_session);
  link.prepare("acquire", acquire_statement);
  link.prepare("claim", claim_statement);
  link.prepare("evict", evict_statement);
  link.prepare("holder", holder_statement);
  link.prepare("prolong", prolong_statement);
  link.prepare("give_up", give_up_statement);
  link.prepare("renew", renew_statement);
  for (const auto& x : journal_statements)
    link.prepare(x.name, x.sql);
}

queue_journal::~queue_journal() = default;

std::int64_t queue_journal::acquire(const std::string& owner,
                                    std::chrono::milliseconds lease) {
  auto& x = *impl_;
  const auto name = to_database_text(owner);
  pq::parameters p;
  p.add(x.shard).add(name).add(std::int64_t{lease.count()});
  x.epoch = x.link.query("acquire", p).integer(0, 0);
  return x.epoch;
}

std::int64_t queue_journal::claim(const std::string& owner,
                                  std::chrono::milliseconds lease) {
  auto& x = *impl_;
  const auto name = to_database_text(owner);
  pq::parameters whom;
  x.link.query("evict", whom.add(x.shard).add(name));
  pq::parameters p;
  p.add(x.shard).add(name).add(std::int64_t{lease.count()});
  const auto answer = x.link.query("claim", p);
  if (answer.size() == 0)
    return 0;
  return x.epoch = answer.integer(0, 0);
}

shard_holder queue_journal::holder() {
  auto& x = *impl_;
  pq::parameters p;
  const auto answer = x.link.query("holder", p.add(x.shard));
  if (answer.size() == 0)
    return {};
  return {std::string(answer.octets(0, 0)),
          std::chrono::milliseconds(answer.integer(0, 1))};
}

void queue_journal::prolong(const std::string& owner,
                            std::chrono::milliseconds lease) {
  auto& x = *impl_;
  const auto name = to_database_text(owner);
  pq::parameters p;
  p.add(x.shard).add(name).add(std::int64_t{lease.count()}).add(x.epoch);
  if (x.link.query("prolong", p).size() == 0)
    throw fenced_off("the shard belongs to another daemon now");
}

void queue_journal::give_up(const std::string& owner) {
  auto& x = *impl_;
  const auto name = to_database_text(owner);
  pq::parameters p;
  x.link.query("give_up", p.add(x.shard).add(name));
}

std::int64_t queue_journal::renew(const std::string& owner) {
  auto& x = *impl_;
  const auto name = to_database_text(owner);
  pq::parameters p;
  const auto answer = x.link.query("renew", p.add(x.shard).add(name));
  if (answer.size() == 0)
    throw fenced_off("the shard belongs to another daemon now");
  return x.epoch = answer.integer(0, 0);
}

void queue_journal::resume(std::int64_t epoch) {
  impl_->epoch = epoch;
}

void queue_journal::commit(const queue::batch& x) {
  if (x.empty())
    return;
  if (impl_->broken)
    throw database_error("the journal failed before: make a new one");
  try {
    impl_->write(x);
  } catch (...) {
    impl_->broken = true;
    throw;
  }
}

} // namespace stagepost::storage
