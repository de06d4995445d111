#include "actors/http/clerk.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/directory_pages.hpp"
#include "actors/http/queue_pages.hpp"
#include "storage/error.hpp"

#include <map>
#include <optional>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;

using clerk_pointer = pointer<http_actor, clerk_state>;
using responder = local<const net::http_responder>;
using sights = std::vector<queue::recipient_sight>;

/// A shard that does not answer by then has other worries.
constexpr std::chrono::seconds look_limit{5};
/// Where more are listed, nobody reads where each of them is.
constexpr std::size_t most_looked_at = 1000;

/// Looks where these messages' recipients are, then calls `then`.
template <class F>
void look(clerk_pointer self, node* here, const std::vector<queue::id>& which,
          F then) {
  struct gathered {
    std::size_t open = 1; // ours, until all have been asked
    sights all;
  };
  auto x = std::make_shared<gathered>();
  const auto finish = [x, then] {
    if (--x->open == 0)
      then(x->all);
  };
  std::map<std::uint16_t, std::vector<queue::id>> by_shard;
  for (const auto id : which)
    by_shard[id.shard()].push_back(id);
  for (const auto& shard : here->shards) {
    const auto who = shard->shard.get();
    const auto mine = by_shard.find(shard->number);
    if (!who || mine == by_shard.end())
      continue;
    ++x->open;
    self->request(who, look_limit, look_atom_v, mine->second)
      .then(
        [x, finish](const local<sights>& found) {
          x->all.insert(x->all.end(), found->begin(), found->end());
          finish();
        },
        [finish](const caf::error&) { finish(); });
  }
  finish();
}

void list(clerk_pointer self, node* here, const http_target& asked,
          const responder& done) {
  auto page = std::make_shared<json::object>(queue_page(*here, asked));
  const auto& messages = page->at("messages").get_array();
  std::vector<queue::id> ids;
  if (page->contains("totals") && messages.size() <= most_looked_at)
    for (const auto& x : messages)
      ids.push_back(
        queue::parse_id(std::string_view{x.at("id").get_string()}).value());
  look(self, here, ids, [page, done](const sights& found) {
    std::map<std::string, sights> by_message;
    for (const auto& x : found)
      by_message[to_string(x.message)].push_back(x);
    for (auto& x : page->at("messages").get_array()) {
      auto& message = x.get_object();
      add_sights(message,
                 by_message[std::string{message.at("id").get_string()}]);
    }
    (*done)(json_answer(*page));
  });
}

void show(clerk_pointer self, node* here, std::string_view text,
          const responder& done) {
  const auto id = queue::parse_id(text);
  if (!id)
    return (*done)(error_answer(400, "not a queue id"));
  auto page = std::make_shared<json::object>(message_page(*here, *id));
  if (page->empty())
    return (*done)(
      error_answer(404, "no such message in the queue or its log"));
  look(self, here, {*id}, [page, done](const sights& found) {
    add_sights(*page, found);
    (*done)(json_answer(*page));
  });
}

void answer(clerk_pointer self, node* here, const net::http_request& x,
            const responder& done) {
  try {
    const auto asked = parse_target(x.target);
    constexpr std::string_view one = "/queue/";
    if (asked.path.starts_with(one))
      return show(self, here, std::string_view{asked.path}.substr(one.size()),
                  done);
    if (asked.path == "/domains")
      return (*done)(domains_page(*here));
    if (asked.path == "/mailboxes")
      return (*done)(mailboxes_page(*here, asked));
    list(self, here, asked, done);
  } catch (const storage::database_error& e) {
    (*done)(error_answer(503, e.what()));
  }
}

} // namespace

http_actor::behavior_type clerk(clerk_pointer self, node* here,
                                std::string path) {
  self->join(here->tree, std::move(path), "clerk");
  here->clerk.set(self);
  return {
    [self, here](http_atom, const local<const net::http_request>& x,
                 const responder& done) { answer(self, here, *x, done); },
  };
}

} // namespace stagepost
