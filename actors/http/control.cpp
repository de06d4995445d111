#include "actors/http/control.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/destinations_view.hpp"
#include "actors/http/directory_changes.hpp"
#include "actors/http/events_page.hpp"
#include "actors/http/live_explanation.hpp"
#include "actors/http/metrics.hpp"
#include "actors/http/queue_orders.hpp"
#include "actors/http/status.hpp"
#include "actors/http/suspensions_view.hpp"
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

constexpr std::chrono::seconds shard_limit{30};
constexpr std::chrono::seconds directory_limit{30};

/// Is this what the CLERK reads?
bool is_for_clerk(std::string_view path) {
  return path == "/queue" || path.starts_with("/queue/") || path == "/domains"
         || path == "/mailboxes";
}

/// Sums what the shards answer, and answers when the last one has.
struct tally {
  std::size_t open = 0;
  order_result sum;
  std::string trouble;
};

/// Each shard's part of an order, by the shard's number.
std::map<std::uint16_t, queue::order> by_shard(const node& here,
                                               const queue::order& x) {
  std::map<std::uint16_t, queue::order> out;
  const auto part = [&](std::uint16_t shard) -> queue::order& {
    auto [i, fresh] = out.try_emplace(shard, x);
    if (fresh)
      i->second.messages.clear();
    return i->second;
  };
  if (x.messages.empty()) // all of them
    for (const auto& shard : here.shards)
      part(shard->number);
  for (const auto id : x.messages)
    part(id.shard()).messages.push_back(id);
  return out;
}

void give_order(control_pointer self, const net::http_request& x,
                const responder& done) {
  const auto& here = *self->state.here;
  auto read = read_queue_order(x, here.now());
  if (auto* refusal = std::get_if<net::http_response>(&read))
    return (*done)(std::move(*refusal));
  if (const auto& y = std::get<queue::order>(read);
      y.what == queue::order::kind::resume && stands_by_for(here).empty()
      && !is_suspended(here, y.pause))
    return (*done)(error_answer(404, std::string{name_of(y.pause.what)} + ' '
                                       + y.pause.subject
                                       + " is not suspended"));
  auto parts = by_shard(here, std::get<queue::order>(read));
  auto count = std::make_shared<tally>();
  const auto finish = [count, done] {
    if (--count->open > 0)
      return;
    (*done)(count->trouble.empty()
              ? json_answer(json::object{{"count", count->sum.changed},
                                         {"under_way", count->sum.under_way}})
              : error_answer(503, count->trouble));
  };
  count->open = 1; // ours, until all have been asked
  for (const auto& shard : here.shards) {
    const auto mine = parts.find(shard->number);
    if (mine == parts.end())
      continue;
    ++count->open;
    self
      ->request(shard->shard.get(), shard_limit, order_atom_v,
                make_local<const queue::order>(std::move(mine->second)))
      .then(
        [count, finish](const order_result& y) {
          count->sum.changed += y.changed;
          count->sum.under_way += y.under_way;
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
  auto& here = *self->state.here;
  const auto path = parse_target(x->target).path;
  if (is_for_clerk(path)) {
    if (auto clerk = here.clerk.get())
      return self->send(clerk, http_atom_v, x, done);
    return (*done)(error_answer(503, "the clerk is being restarted"));
  }
  if (path == "/events")
    return (*done)(events_page(here, *x));
  if (path == "/explain")
    return explain_live(self, *x, done);
  if (path == "/suspensions") {
    if (const auto owner = stands_by_for(here); !owner.empty())
      return (*done)(error_answer(503, "this daemon stands by: " + owner
                                         + " has the queue; ask there"));
    return (*done)(json_answer(suspensions_view(here)));
  }
  if (path == "/status")
    return (*done)(json_answer(status_view(here)));
  if (path == "/status/detail")
    return look_at_destinations(self, here, {},
                                [&here, done](json::array found) {
                                  auto page = detail_view(here);
                                  page["destinations"] = std::move(found);
                                  (*done)(json_answer(page));
                                });
  if (path == "/actors")
    return (*done)(json_answer(actors_view(here)));
  if (path == "/metrics")
    return (*done)({200, "text/plain; version=0.0.4", metrics_view(here)});
  (*done)(error_answer(404, "no such page"));
}

void post(control_pointer self, const local<const net::http_request>& x,
          const responder& done) {
  if (is_queue_order(x->target))
    return give_order(self, *x, done);
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
