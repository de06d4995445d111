#include "actors/http/status.hpp"

#include "actors/http/answer.hpp"
#include "actors/http/destinations_view.hpp"
#include "actors/http/events_page.hpp"
#include "actors/http/metrics.hpp"
#include "actors/http/views.hpp"

#include <caf/actor_cast.hpp>
#include <caf/send.hpp>

#include <utility>

namespace stagepost {

namespace {

unsigned health_of(const node& here) {
  return trouble_of(here, lease_clock::now()).empty() ? 200 : 503;
}

/// Has the tables counted, for the next reading: a database that hangs must not
/// keep this one waiting.
void count_queue(node& here) {
  const auto now = lease_clock::now();
  const auto clerk = here.clerk.get();
  if (!clerk || now < here.next_count.load())
    return;
  here.next_count = now + std::chrono::minutes{1};
  auto question = std::make_shared<net::http_request>();
  question->method = "GET";
  question->target = "/queue?limit=1";
  caf::anon_send(
    clerk, http_atom_v, local<const net::http_request>{std::move(question)},
    local<const net::http_responder>{std::make_shared<net::http_responder>(
      [&here](const net::http_response& x) {
        // Better no figures than those of a database that is gone.
        if (x.status != 200)
          for (const auto& shard : here.shards)
            shard->depth.set({});
      })});
}

net::http_response answer(node& here, const net::http_request& x) {
  if (x.method != "GET" && x.method != "HEAD")
    return error_answer(405, "only GET and HEAD");
  const auto path = parse_target(x.target).path;
  if (path == "/status")
    return json_answer(status_view(here), health_of(here));
  if (path == "/actors")
    return json_answer(actors_view(here));
  if (path == "/metrics") {
    count_queue(here);
    return {200, "text/plain; version=0.0.4", metrics_view(here)};
  }
  if (path == "/events")
    return events_page(here, x);
  return error_answer(403, "not here: /status, /status/detail, /actors, "
                           "/metrics, /events");
}

bool asks_for_details(const net::http_request& x) {
  return (x.method == "GET" || x.method == "HEAD")
         && parse_target(x.target).path == "/status/detail";
}

void give_details(http_actor::pointer self, const node& here,
                  const local<const net::http_responder>& done) {
  look_at_destinations(self, here, {}, [&here, done](boost::json::array x) {
    auto page = detail_view(here);
    page["destinations"] = std::move(x);
    (*done)(json_answer(page, health_of(here)));
  });
}

} // namespace

net::http_server::handler pass_to(const http_actor& who) {
  return [to = caf::actor_cast<caf::weak_actor_ptr>(who)](
           net::http_request x, net::http_responder answer) {
    if (auto strong = to.lock())
      caf::anon_send(
        caf::actor_cast<http_actor>(std::move(strong)), http_atom_v,
        local<const net::http_request>{
          std::make_shared<net::http_request>(std::move(x))},
        local<const net::http_responder>{
          std::make_shared<net::http_responder>(std::move(answer))});
  };
}

http_actor::behavior_type status_page(pointer<http_actor, status_state> self,
                                      boost::asio::io_context* loop, node* here,
                                      std::shared_ptr<net::acceptor> door,
                                      std::string path) {
  self->join(here->tree, std::move(path), "http-status");
  self->state.server = std::make_unique<net::http_server>(
    *loop, std::move(door), pass_to(caf::actor_cast<http_actor>(self->ctrl())));
  return {
    [self, here](http_atom, const local<const net::http_request>& x,
                 const local<const net::http_responder>& done) {
      if (asks_for_details(*x))
        return give_details(self, *here, done);
      (*done)(answer(*here, *x));
    },
  };
}

} // namespace stagepost
