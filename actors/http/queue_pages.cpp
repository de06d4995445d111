#include "actors/http/queue_pages.hpp"

#include "actors/http/event_view.hpp"
#include "mail/date.hpp"
#include "storage/queue_reader.hpp"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <iterator>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;

const char* name_of(queue::recipient_state x) {
  switch (x) {
    case queue::recipient_state::queued:
      return "queued";
    case queue::recipient_state::deferred:
      return "deferred";
    case queue::recipient_state::held:
      return "held";
    case queue::recipient_state::ended:
      return "ended";
  }
  return "";
}

/// How it came: an object that the session wrote.
json::value circumstances_of(const queue::message& x) {
  boost::system::error_code ec;
  auto out = json::parse(x.circumstances, ec);
  return ec ? json::value(nullptr) : out;
}

json::object view(const queue::stored& x) {
  json::array recipients;
  for (const auto& y : x.recipients)
    recipients.push_back(json::object{{"number", y.number},
                                      {"address", y.address},
                                      {"original", y.original_recipient},
                                      {"state", name_of(y.state)},
                                      {"attempts", y.attempts},
                                      {"next", rfc3339_date(y.next_at)},
                                      {"last_reply", y.last_reply}});
  return {{"id", to_string(x.what->id)},
          {"sender", x.what->sender},
          {"circumstances", circumstances_of(*x.what)},
          {"octets", x.what->size},
          {"received", rfc3339_date(x.what->received_at)},
          {"expires", rfc3339_date(x.what->expires_at)},
          {"recipients", std::move(recipients)}};
}

std::int64_t number(const std::map<std::string, std::string>& from,
                    const std::string& key, std::int64_t otherwise) {
  const auto i = from.find(key);
  if (i == from.end())
    return otherwise;
  std::int64_t out = otherwise;
  std::from_chars(i->second.data(), i->second.data() + i->second.size(), out);
  return out;
}

std::string text(const std::map<std::string, std::string>& from,
                 const std::string& key) {
  const auto i = from.find(key);
  return i == from.end() ? std::string{} : i->second;
}

} // namespace

json::object queue_page(const node& here, const http_target& asked) {
  storage::queue_reader::filter filter;
  filter.domain = text(asked.query, "domain");
  filter.sender = text(asked.query, "sender");
  filter.recipient = text(asked.query, "recipient");
  filter.state = text(asked.query, "state");
  filter.older = std::chrono::seconds(number(asked.query, "older", 0));
  filter.limit = static_cast<std::size_t>(
    std::clamp<std::int64_t>(number(asked.query, "limit", 1000), 1, 100'000));
  if (const auto after = text(asked.query, "after"); !after.empty())
    if (const auto id = queue::parse_id(after))
      filter.after = *id;
  const bool with_totals = text(asked.query, "totals") != "0";
  std::vector<queue::stored> found;
  storage::queue_reader::totals sum;
  for (const auto& shard : here.shards) {
    storage::queue_reader db{shard->database, shard->number};
    auto piece = db.list(filter, here.now());
    found.insert(found.end(), std::make_move_iterator(piece.begin()),
                 std::make_move_iterator(piece.end()));
    if (!with_totals)
      continue;
    const auto totals = db.count();
    shard->depth.set(
      {true, totals.messages, totals.queued, totals.deferred, totals.held});
    sum.messages += totals.messages;
    sum.queued += totals.queued;
    sum.deferred += totals.deferred;
    sum.held += totals.held;
    sum.ended += totals.ended;
  }
  // Each shard's oldest: the next piece begins behind the last one shown.
  std::ranges::sort(found, {}, [](const auto& x) { return x.what->id; });
  if (found.size() > filter.limit)
    found.resize(filter.limit);
  json::array messages;
  for (const auto& x : found)
    messages.push_back(view(x));
  json::object out;
  out["messages"] = std::move(messages);
  if (with_totals)
    out["totals"] = json::object{{"messages", sum.messages},
                                 {"queued", sum.queued},
                                 {"deferred", sum.deferred},
                                 {"held", sum.held},
                                 {"ended", sum.ended}};
  return out;
}

json::object message_page(const node& here, queue::id id) {
  for (const auto& shard : here.shards) {
    if (shard->number != id.shard())
      continue;
    storage::queue_reader db{shard->database, shard->number};
    json::array events;
    for (const auto& x : db.history(id))
      events.push_back(event_view(x));
    json::object out;
    for (const auto& x : db.load_message(id))
      out = view(x);
    if (out.empty() && events.empty())
      break;
    out["id"] = to_string(id);
    out["in_queue"] = out.contains("recipients");
    out["events"] = std::move(events);
    return out;
  }
  return {};
}

void add_sights(json::object& message,
                const std::vector<queue::recipient_sight>& x) {
  auto* recipients = message.if_contains("recipients");
  if (recipients == nullptr)
    return;
  const auto id = std::string_view{message.at("id").get_string()};
  for (auto& to : recipients->get_array())
    for (const auto& sight : x)
      if (to.at("number").to_number<std::uint16_t>() == sight.number
          && id == to_string(sight.message)) {
        to.get_object()["now"] = sight.where;
        to.get_object()["site"] = sight.site;
        to.get_object()["suspended"] = sight.suspended;
      }
}

} // namespace stagepost
