#include "actors/http/clerk.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/directory_pages.hpp"
#include "mail/date.hpp"
#include "storage/journal.hpp"

#include <algorithm>
#include <charconv>
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
  }
  return "";
}

const char* name_of(queue::event::kind x) {
  switch (x) {
    case queue::event::kind::accepted:
      return "accepted";
    case queue::event::kind::delivered:
      return "delivered";
    case queue::event::kind::deferred:
      return "deferred";
    case queue::event::kind::failed:
      return "failed";
    case queue::event::kind::expired:
      return "expired";
    case queue::event::kind::deleted:
      return "deleted";
  }
  return "";
}

json::object view(const queue::stored& x) {
  json::array recipients;
  for (const auto& y : x.recipients)
    recipients.push_back(json::object{{"address", y.address},
                                      {"state", name_of(y.state)},
                                      {"attempts", y.attempts},
                                      {"next", rfc3339_date(y.next_at)},
                                      {"last_reply", y.last_reply}});
  return {{"id", to_string(x.what->id)},
          {"sender", x.what->sender},
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

net::http_response list(const node& here, const http_target& asked) {
  storage::queue_reader::filter filter;
  filter.domain = text(asked.query, "domain");
  filter.sender = text(asked.query, "sender");
  filter.state = text(asked.query, "state");
  filter.older = std::chrono::seconds(number(asked.query, "older", 0));
  filter.limit = static_cast<std::size_t>(
    std::clamp<std::int64_t>(number(asked.query, "limit", 1000), 1, 100'000));
  json::array messages;
  storage::queue_reader::totals sum;
  for (const auto& shard : here.shards) {
    storage::queue_reader db{shard->database, shard->number};
    for (const auto& x : db.list(filter, here.now()))
      messages.push_back(view(x));
    const auto totals = db.count();
    sum.messages += totals.messages;
    sum.queued += totals.queued;
    sum.deferred += totals.deferred;
    sum.held += totals.held;
  }
  return json_answer(json::object{{"messages", std::move(messages)},
                                  {"totals",
                                   {{"messages", sum.messages},
                                    {"queued", sum.queued},
                                    {"deferred", sum.deferred},
                                    {"held", sum.held}}}});
}

net::http_response show(const node& here, std::string_view id_text) {
  const auto id = queue::parse_id(id_text);
  if (!id)
    return error_answer(400, "not a queue id");
  for (const auto& shard : here.shards) {
    if (shard->number != id->shard())
      continue;
    storage::queue_reader db{shard->database, shard->number};
    json::array events;
    for (const auto& x : db.history(*id))
      events.push_back(json::object{{"at", rfc3339_date(x.at)},
                                    {"event", name_of(x.what)},
                                    {"recipient", x.recipient},
                                    {"relay", x.relay},
                                    {"reply", x.reply}});
    json::object out;
    for (const auto& x : db.load_message(*id))
      out = view(x);
    if (out.empty() && events.empty())
      break;
    out["id"] = to_string(*id);
    out["in_queue"] = out.contains("recipients");
    out["events"] = std::move(events);
    return json_answer(out);
  }
  return error_answer(404, "no such message in the queue or its log");
}

net::http_response answer(const node& here, const net::http_request& x) {
  try {
    const auto asked = parse_target(x.target);
    constexpr std::string_view one = "/queue/";
    if (asked.path.starts_with(one))
      return show(here, std::string_view{asked.path}.substr(one.size()));
    if (asked.path == "/domains")
      return domains_page(here);
    if (asked.path == "/mailboxes")
      return mailboxes_page(here, asked);
    return list(here, asked);
  } catch (const storage::database_error& e) {
    return error_answer(503, e.what());
  }
}

} // namespace

http_actor::behavior_type clerk(pointer<http_actor, clerk_state> self,
                                node* here, std::string path) {
  self->join(here->tree, std::move(path), "clerk");
  here->clerk.set(self);
  return {
    [here](http_atom, const local<const net::http_request>& x,
           const local<const net::http_responder>& done) {
      (*done)(answer(*here, *x));
    },
  };
}

} // namespace stagepost
