#include "storage/queue_reader.hpp"

#include "storage/batch_arrays.hpp"
#include "storage/body_parts.hpp"
#include "storage/pq/connection.hpp"
#include "storage/pq/parameters.hpp"
#include "storage/reader_statements.hpp"
#include "storage/spool_file.hpp"
#include "storage/text.hpp"

#include <algorithm>

namespace stagepost::storage {

namespace {

std::int64_t key(queue::id x) {
  return static_cast<std::int64_t>(x.value());
}

queue::id id_at(const pq::rows& x, int row) {
  return queue::id{static_cast<std::uint64_t>(x.integer(row, 0))};
}

queue::message_ptr message_at(const pq::rows& x, int row) {
  auto m = std::make_shared<queue::message>();
  m->id = id_at(x, row);
  m->received_at = pq::from_server_time(x.integer(row, 1));
  m->expires_at = pq::from_server_time(x.integer(row, 2));
  m->size = static_cast<std::uint64_t>(x.integer(row, 3));
  m->flags = static_cast<std::uint32_t>(x.integer(row, 4));
  m->sender = x.octets(row, 5);
  m->circumstances = x.octets(row, 6);
  m->envelope_id = x.octets(row, 7);
  return m;
}

queue::recipient recipient_at(const pq::rows& x, int row) {
  queue::recipient r;
  r.number = static_cast<std::uint16_t>(x.integer(row, 9));
  r.state = static_cast<queue::recipient_state>(x.integer(row, 10));
  r.attempts = static_cast<std::uint16_t>(x.integer(row, 11));
  r.next_at = pq::from_server_time(x.integer(row, 12));
  const auto notify = x.integer(row, 13);
  r.notify = static_cast<std::uint8_t>(notify & ~warned_bit);
  r.warned = (notify & warned_bit) != 0;
  r.address = x.octets(row, 14);
  r.last_reply = x.octets(row, 15);
  r.original_recipient = x.octets(row, 16);
  return r;
}

std::vector<queue::stored> grouped(const pq::rows& x) {
  std::vector<queue::stored> found;
  for (int row = 0; row < x.size(); ++row) {
    if (found.empty() || found.back().what->id != id_at(x, row))
      found.push_back({message_at(x, row),
                       {},
                       static_cast<std::uint32_t>(x.integer(row, 8))});
    found.back().recipients.push_back(recipient_at(x, row));
  }
  return found;
}

// -1 for any, and one that no row has for what is no state.
std::int16_t state_named(const std::string& name) {
  if (name.empty())
    return -1;
  using enum queue::recipient_state;
  return name == "queued"     ? static_cast<std::int16_t>(queued)
         : name == "deferred" ? static_cast<std::int16_t>(deferred)
         : name == "held"     ? static_cast<std::int16_t>(held)
         : name == "ended"    ? static_cast<std::int16_t>(ended)
                              : std::int16_t{-2};
}

std::string lower(const std::string& x) {
  auto text = to_database_text(x);
  for (char& c : text)
    if (c >= 'A' && c <= 'Z')
      c = static_cast<char>(c - 'A' + 'a');
  return text;
}

} // namespace

struct queue_reader::impl {
  pq::connection link;
  std::int16_t shard;

  content_ptr from_parts(std::int64_t id, std::uint64_t size,
                         const std::string& directory);
};

queue_reader::queue_reader(const std::string& connection_string,
                           std::uint16_t shard)
  : impl_(new impl{pq::connection(connection_string),
                   static_cast<std::int16_t>(shard)}) {
  auto& link = impl_->link;
  link.execute(reader_session);
  link.prepare("load", load_statement.c_str());
  link.prepare("load_due", load_due_statement.c_str());
  link.prepare("due_limit", due_limit_statement);
  link.prepare("load_message", load_message_statement.c_str());
  link.prepare("list", list_statement.c_str());
  link.prepare("count", count_statement);
  link.prepare("history", history_statement);
  link.prepare("suspended", suspended_statement);
  link.prepare("body", body_statement);
  link.prepare("part", part_statement);
}

queue_reader::~queue_reader() = default;

std::vector<queue::stored> queue_reader::load(queue::time_point until,
                                              queue::id after,
                                              std::size_t limit) {
  pq::parameters p;
  p.add(impl_->shard)
    .add(key(after))
    .add(pq::to_server_time(until))
    .add(static_cast<std::int64_t>(limit));
  return grouped(impl_->link.query("load", p));
}

std::vector<queue::stored> queue_reader::load_due(queue::time_point from,
                                                  queue::time_point until) {
  pq::parameters p;
  p.add(impl_->shard)
    .add(pq::to_server_time(from))
    .add(pq::to_server_time(until));
  return grouped(impl_->link.query("load_due", p));
}

queue::time_point queue_reader::due_limit(queue::time_point from,
                                          queue::time_point until,
                                          std::size_t most) {
  pq::parameters p;
  p.add(impl_->shard)
    .add(pq::to_server_time(from))
    .add(pq::to_server_time(until))
    .add(static_cast<std::int64_t>(most));
  const auto x = impl_->link.query("due_limit", p);
  if (x.size() == 0)
    return until;
  const auto at = pq::from_server_time(x.integer(0, 0));
  return std::min(until, std::max(at, from + std::chrono::microseconds{1}));
}

std::vector<queue::stored> queue_reader::load_message(queue::id x) {
  pq::parameters p;
  return grouped(
    impl_->link.query("load_message", p.add(impl_->shard).add(key(x))));
}

std::vector<queue::stored> queue_reader::list(const filter& f,
                                              queue::time_point now) {
  const auto domain = lower(f.domain);
  const auto sender = lower(f.sender);
  const auto recipient = lower(f.recipient);
  // After a clock was set back there is mail from times to come.
  const auto received_until
    = f.older.count() > 0 ? now - f.older : now + std::chrono::years{100};
  pq::parameters p;
  p.add(impl_->shard)
    .add(domain)
    .add(sender)
    .add(state_named(f.state))
    .add(pq::to_server_time(received_until))
    .add(static_cast<std::int64_t>(f.limit))
    .add(recipient)
    .add(key(f.after));
  return grouped(impl_->link.query("list", p));
}

queue_reader::totals queue_reader::count() {
  pq::parameters p;
  const auto x = impl_->link.query("count", p.add(impl_->shard));
  const auto number = [&](int column) {
    return static_cast<std::uint64_t>(x.integer(0, column));
  };
  return {number(0), number(1), number(2), number(3), number(4)};
}

std::vector<queue::event> queue_reader::history(queue::id id) {
  pq::parameters p;
  const auto x = impl_->link.query("history", p.add(key(id)));
  std::vector<queue::event> found;
  for (int row = 0; row < x.size(); ++row) {
    queue::event e;
    e.message = id_at(x, row);
    e.at = pq::from_server_time(x.integer(row, 1));
    e.number = static_cast<std::uint16_t>(x.integer(row, 2));
    e.what = static_cast<queue::event::kind>(x.integer(row, 3));
    e.recipient = x.octets(row, 4);
    e.relay = x.octets(row, 5);
    e.reply = x.octets(row, 6);
    e.tls = x.octets(row, 7);
    if (const auto lasted = x.integer(row, 8); lasted > 0)
      e.began = e.at - std::chrono::milliseconds(lasted);
    found.push_back(std::move(e));
  }
  return found;
}

std::vector<queue::suspension> queue_reader::suspended() {
  pq::parameters p;
  const auto x = impl_->link.query("suspended", p.add(impl_->shard));
  std::vector<queue::suspension> found;
  for (int row = 0; row < x.size(); ++row) {
    auto& one = found.emplace_back();
    one.what = static_cast<queue::suspension::kind>(x.integer(row, 0));
    one.subject = x.octets(row, 1);
    one.reason = x.octets(row, 2);
    one.since = pq::from_server_time(x.integer(row, 3));
    if (!x.is_null(row, 4))
      one.until = pq::from_server_time(x.integer(row, 4));
  }
  return found;
}

content_ptr queue_reader::impl::from_parts(std::int64_t id, std::uint64_t size,
                                           const std::string& directory) {
  spool gathered(directory, inline_limit);
  for (std::int32_t number = 0; gathered.size() < size; ++number) {
    pq::parameters p;
    const auto part = link.query("part", p.add(id).add(number));
    if (part.size() == 0)
      return nullptr;
    if (part.octets(0, 0).empty())
      break;
    gathered.append(std::string(part.octets(0, 0)));
  }
  return gathered.size() == size ? gathered.finish() : nullptr;
}

content_ptr queue_reader::load_content(queue::id x,
                                       const std::string& spool_directory) {
  auto& link = impl_->link;
  const auto id = key(x);
  pq::parameters p;
  p.add(id);
  const auto row = link.query("body", p);
  if (row.size() == 0)
    return nullptr;
  if (!row.is_null(0, 1))
    return std::make_shared<memory_content>(std::string(row.octets(0, 1)));
  const auto size = static_cast<std::uint64_t>(row.integer(0, 0));
  auto whole = impl_->from_parts(id, size, spool_directory);
  // It may have been finished while we read; if it was not, it is damaged.
  if (!whole && link.query("body", p).size() != 0)
    throw database_error("the content of message " + queue::to_string(x)
                         + " is not whole: parts of it are missing");
  return whole;
}

} // namespace stagepost::storage
