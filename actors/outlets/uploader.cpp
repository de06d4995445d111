#include "actors/outlets/uploader.hpp"

#include "actors/outlets/outlets.hpp"
#include "actors/outlets/submission.hpp"
#include "mail/outlet/platform_answer.hpp"
#include "mail/outlet/refusals.hpp"
#include "mail/outlet/submission_form.hpp"

#include <algorithm>
#include <utility>

namespace stagepost {

using namespace uploading;

namespace {

using kind = outlet::verdict::kind;
using unit = config::http_platform::unit;

outlet::verdict not_asked(const uploader_state& state, smtp::reply reply,
                          std::string detail, bool tell_sender = false) {
  auto by
    = state.settings != nullptr ? shown_url(*state.settings) : state.outlet;
  return {kind::failed, std::move(reply), std::move(by), std::move(detail),
          tell_sender};
}

/// What the POST in hand tells.
outlet::submission submission_in_hand(const uploader_state& state) {
  auto part = *state.job;
  part.recipients = recipients_in_hand(state);
  return submission_of(part, {state.parsed.it, &state.parsed->mail});
}

void log_answer(const uploader_state& state, unsigned status,
                std::size_t recipients, uploader_state::time_point now) {
  const auto ms
    = std::chrono::duration_cast<std::chrono::milliseconds>(now - state.posted)
        .count();
  log::info("outlet", "outlet answered",
            {{"id", to_string(state.job->mail->id)},
             {"outlet", state.outlet},
             {"recipients", recipients},
             {"octets", state.form->size()},
             {"status", status},
             {"ms", ms},
             {"verdict", to_string(state.result.verdicts.back().reply)}});
}

void post_next(uploader_pointer self) {
  auto& state = self->state;
  if (time_is_over(self))
    return end(state, no_time(state));
  ++state.number;
  state.posted = self->clock().now();
  state.form = submission_form(submission_in_hand(state),
                               state.settings->http.raw, node::random());
  state.signed_as.clear();
  if (state.settings->http.secret.empty())
    return post(self);
  const auto at = std::chrono::duration_cast<std::chrono::seconds>(
    state.here->now().time_since_epoch());
  state.signature = std::make_unique<outlet::body_signature>(
    state.settings->http.secret, at.count());
  sign(self);
}

void on_parsed(uploader_pointer self,
               const local<const mime::parse_result>& x) {
  auto& state = self->state;
  if (!x->why.empty())
    return end(
      state,
      not_asked(
        state,
        {554, {5, 6, 0}, "The mail can't be read: " + outlet::one_line(x->why)},
        x->why, true));
  state.parsed = x;
  post_next(self);
}

void begin(uploader_pointer self) {
  auto& state = self->state;
  state.rules = state.here->in_force.get();
  state.settings = find_outlet(*state.rules, state.outlet);
  const auto parser = state.here->parser.get();
  const auto url = config::parse_http_url(
    state.settings != nullptr ? state.settings->http.url : "");
  if (!parser || !url)
    return end(state, try_later(state, !parser ? "the parser is being started"
                                               : "it has no URL any more"));
  state.url = *url;
  const auto now = self->clock().now();
  state.ends = std::min<uploader_state::time_point>(
    state.job->deadline, now + state.settings->timeout);
  if (state.ends <= now)
    return end(state, no_time(state));
  self->delayed_send(self, state.ends - now, grace_atom_v, state.jobs);
  // No timeout: the job's own ends the wait.
  self
    ->request(parser, caf::infinite, parse_atom_v,
              local<const content>{state.job->mail->body})
    .then(
      [self, n = state.jobs](const local<const mime::parse_result>& x) {
        if (has_job(self->state, n))
          on_parsed(self, x);
      },
      [self, n = state.jobs](const caf::error& why) {
        if (has_job(self->state, n))
          end(self->state,
              try_later(self->state,
                        "the parser failed: " + self->system().render(why)));
      });
}

/// Ends a job that waits for others. A call ends by itself, and knows better
/// what came of it.
void on_time_over(uploader_pointer self, std::uint64_t job) {
  auto& state = self->state;
  if (has_job(state, job) && !state.calling)
    end(state, no_time(state));
}

} // namespace

namespace uploading {

std::string shown_url(const config::outlet& x) {
  return x.http.url.substr(0, x.http.url.find('?'));
}

std::vector<std::size_t> recipients_in_hand(const uploader_state& state) {
  const auto& all = state.job->recipients;
  const auto next = state.result.verdicts.size();
  if (state.settings->http.per == unit::recipient)
    return {all[next]};
  return all;
}

void end(uploader_state& state, const outlet::verdict& x) {
  state.result.verdicts.resize(state.job->recipients.size(), x);
  state.signature.reset();
  state.form.reset();
  state.parsed = {};
  state.job = {};
  state.rules.reset();
  state.settings = nullptr;
  state.answer.deliver(local<const upload>{
    std::make_shared<const upload>(std::exchange(state.result, {}))});
}

outlet::verdict no_time(const uploader_state& state) {
  return not_asked(state, {451, {4, 4, 7}, "No time was left to send it"},
                   "its time was over before it could be sent");
}

bool has_job(const uploader_state& state, std::uint64_t number) {
  return state.job && state.jobs == number;
}

bool time_is_over(uploader_pointer self) {
  return self->state.ends <= self->clock().now();
}

outlet::verdict try_later(const uploader_state& state, std::string detail) {
  return not_asked(state, {451, {4, 3, 0}, "Try again later"},
                   std::move(detail));
}

void on_answer(uploader_pointer self, std::uint64_t number,
               const net::http_answer& x) {
  auto& state = self->state;
  if (!state.job || number != state.number)
    return;
  state.calling = false;
  if (x.stale)
    return post(self);
  if (x.ours)
    return end(state, try_later(state, x.why));
  if (x.status == 0 && self->clock().now() >= state.job->deadline)
    return end(state, outlet::no_answer_in_time(shown_url(*state.settings)));
  const outlet::platform_answer said{x.status, x.content_type, x.body, x.why};
  state.result.platform
    = shows_life(said) ? upload::sign::alive : upload::sign::down;
  const auto verdict = outlet::judge(said, shown_url(*state.settings));
  const auto n = recipients_in_hand(state).size();
  state.result.verdicts.insert(state.result.verdicts.end(), n, verdict);
  log_answer(state, x.status, n, self->clock().now());
  // Who can't be reached will not be reached for the next recipient.
  if (x.unreached
      || state.result.verdicts.size() == state.job->recipients.size())
    return end(state, verdict);
  post_next(self);
}

} // namespace uploading

uploader_actor::behavior_type uploader(uploader_pointer self,
                                       boost::asio::io_context* loop,
                                       node* here, std::string outlet,
                                       std::string path) {
  self->join(here->tree, std::move(path), "uploader");
  auto& state = self->state;
  state.here = here;
  state.loop = loop;
  auto figures = here->board.of(outlet);
  state.caller = std::make_unique<net::http_caller>(
    *loop,
    std::shared_ptr<net::http_caller::counter>{figures, &figures->connections});
  state.outlet = std::move(outlet);
  return {
    [self](deliver_atom, const local<const outlet_job>& job)
      -> caf::result<local<const upload>> {
      auto& x = self->state;
      x.job = job;
      ++x.jobs;
      x.answer = self->make_response_promise<local<const upload>>();
      auto answer = x.answer;
      begin(self);
      return answer;
    },
    [self](http_atom, std::uint64_t number,
           const local<const net::http_answer>& x) {
      on_answer(self, number, *x);
    },
    [self](drained_atom, std::uint64_t number) {
      auto& x = self->state;
      if (x.job && number == x.number && x.signature)
        sign(self);
    },
    [self](grace_atom, std::uint64_t job) { on_time_over(self, job); },
  };
}

} // namespace stagepost
