#include "actors/http/control.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/directory_changes.hpp"
#include "actors/http/status.hpp"
#include "actors/http/views.hpp"
#include "actors/postgres_keeper.hpp"

#include <caf/exit_reason.hpp>
#include <caf/send.hpp>

#include <map>
#include <utility>

namespace stagepost {

namespace {

namespace json = boost::json;

using control_pointer = pointer<http_actor, control_state>;
using responder = local<const net::http_responder>;
using ids_by_shard = std::map<std::uint16_t, std::vector<queue::id>>;

constexpr std::chrono::seconds shard_limit{30};
constexpr std::chrono::seconds directory_limit{30};

/// Is this what the CLERK reads?
bool is_for_clerk(std::string_view path) {
  return path == "/queue" || path.starts_with("/queue/") || path == "/domains"
         || path == "/mailboxes";
}

/// The ids of a request's body, sorted by shard.
/// @returns false, having answered, when the body is not as it should be.
bool read_ids(const net::http_request& x, ids_by_shard& out,
              const responder& done) {
  boost::system::error_code ec;
  const auto body = json::parse(x.body, ec);
  const auto* list
    = ec || !body.is_object() ? nullptr : body.get_object().if_contains("ids");
  if (list == nullptr || !list->is_array()) {
    (*done)(error_answer(400, R"(the body must be {"ids": ["…"]})"));
    return false;
  }
  for (const auto& y : list->get_array()) {
    const auto id = y.is_string()
                      ? queue::parse_id(std::string_view{y.get_string()})
                      : result<queue::id>{format_errc::syntax};
    if (!id) {
      (*done)(error_answer(400, "not a queue id: " + json::serialize(y)));
      return false;
    }
    out[id->shard()].push_back(*id);
  }
  return true;
}

/// Sums what the shards answer, and answers when the last one has.
struct tally {
  std::size_t open = 0;
  std::uint64_t sum = 0;
  std::string trouble;
};

template <class Atom>
void ask_shards(control_pointer self, Atom what, const net::http_request& x,
                bool all_if_none, const responder& done) {
  ids_by_shard ids;
  if (!read_ids(x, ids, done))
    return;
  auto& shards = self->state.here->shards;
  if (ids.empty() && all_if_none)
    for (const auto& shard : shards)
      ids[shard->number];
  auto count = std::make_shared<tally>();
  const auto finish = [count, done] {
    if (--count->open > 0)
      return;
    (*done)(count->trouble.empty()
              ? json_answer(json::object{{"count", count->sum}})
              : error_answer(503, count->trouble));
  };
  count->open = 1; // ours, until all have been asked
  for (const auto& shard : shards) {
    const auto mine = ids.find(shard->number);
    if (mine == ids.end())
      continue;
    ++count->open;
    self->request(shard->shard.get(), shard_limit, what, mine->second)
      .then(
        [count, finish](std::uint64_t n) {
          count->sum += n;
          finish();
        },
        [self, count, finish](const caf::error& why) {
          count->trouble = self->system().render(why);
          finish();
        });
  }
  finish();
}

net::http_response restart(control_pointer self, const net::http_request& x) {
  boost::system::error_code ec;
  const auto body = json::parse(x.body, ec);
  const auto* path
    = ec || !body.is_object() ? nullptr : body.get_object().if_contains("path");
  if (path == nullptr || !path->is_string())
    return error_answer(400, R"(the body must be {"path": "…"})");
  if (path->get_string() == "root")
    return error_answer(400, "nobody would start root again: stop the daemon "
                             "and run it");
  auto& here = *self->state.here;
  const bool postgres = path->get_string() == postgres_keeper::place
                        && here.configuration.storage.embedded();
  const auto who = here.tree.find(std::string_view{path->get_string()});
  if (!who && !postgres)
    return error_answer(404, "no actor lives there");
  log::warning("control", "restart asked for",
               {{"path", std::string_view{path->get_string()}}});
  if (postgres) { // a process of the main thread's, no actor
    postgres_keeper::ask_restart(here);
    return json_answer(json::object{{"count", 1}});
  }
  const auto why = caf::make_error(caf::sec::runtime_error,
                                   "restarted by the administrator");
  who->enqueue(nullptr, caf::make_message_id(),
               caf::make_message(caf::exit_msg{who->address(), why}), nullptr);
  return json_answer(json::object{{"count", 1}});
}

void change_directory(control_pointer self, const net::http_request& x,
                      const responder& done) {
  auto read = read_directory_change(x);
  if (auto* refusal = std::get_if<net::http_response>(&read))
    return (*done)(std::move(*refusal));
  const auto& change = std::get<directory_change>(read);
  self
    ->request(self->state.here->directory.get(), directory_limit, change_atom_v,
              change)
    .then(
      [done, change](directory_verdict verdict) {
        (*done)(verdict_answer(change, verdict));
      },
      [self, done](const caf::error& why) {
        (*done)(error_answer(503, self->system().render(why)));
      });
}

void get(control_pointer self, const local<const net::http_request>& x,
         const responder& done) {
  const auto& here = *self->state.here;
  const auto path = parse_target(x->target).path;
  if (is_for_clerk(path)) {
    if (auto clerk = here.clerk.get())
      return self->send(clerk, http_atom_v, x, done);
    return (*done)(error_answer(503, "the clerk is being restarted"));
  }
  if (path == "/status")
    return (*done)(json_answer(status_view(here)));
  if (path == "/status/detail")
    return (*done)(json_answer(detail_view(here)));
  if (path == "/actors")
    return (*done)(json_answer(actors_view(here)));
  if (path == "/metrics")
    return (*done)({200, "text/plain; version=0.0.4", metrics_view(here)});
  (*done)(error_answer(404, "no such page"));
}

void post(control_pointer self, const local<const net::http_request>& x,
          const responder& done) {
  if (x->target == "/queue/retry")
    return ask_shards(self, retry_atom_v, *x, true, done);
  if (x->target == "/queue/delete")
    return ask_shards(self, remove_atom_v, *x, false, done);
  if (x->target == "/actors/restart")
    return (*done)(restart(self, *x));
  if (is_directory_change(x->target))
    return change_directory(self, *x, done);
  (*done)(error_answer(404, "no such command"));
}

} // namespace

std::string control_socket(const config::node_section& x) {
  return x.data_dir + "/control.sock";
}

http_actor::behavior_type control(pointer<http_actor, control_state> self,
                                  boost::asio::io_context* loop, node* here,
                                  std::string path) {
  self->join(here->tree, std::move(path), "control");
  self->state.here = here;
  self->state.server = std::make_unique<net::http_server>(
    *loop, control_socket(here->configuration.node),
    pass_to(caf::actor_cast<http_actor>(self->ctrl())));
  return {
    [self](http_atom, const local<const net::http_request>& x,
           const responder& done) {
      x->method == "POST" ? post(self, x, done) : get(self, x, done);
    },
  };
}

} // namespace stagepost
