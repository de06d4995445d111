#include "actors/auth/nonce.hpp"
#include "actors/smtp/session_steps.hpp"
#include "mail/sasl/exchange.hpp"

#include <utility>

namespace stagepost {

namespace {

using steady = std::chrono::steady_clock;
using pause = session_state::pause;

/// The longest that sources may take, programs among them; less than a client
/// waits for any reply (RFC 5321, 4.5.3.2).
constexpr std::chrono::minutes login_limit{3};

const smtp::reply unavailable{
  454, {4, 7, 0}, "Temporary authentication failure, try again later"};

/// Waits for somebody's answer.
void ask(session_state& state) {
  state.waits = pause::asking;
  state.peer->deadline(steady::now() + login_limit + std::chrono::minutes{1});
}

/// Asks the authenticator and goes on with its answer, or with none.
template <class F, class... Ts>
void ask_authenticator(session_pointer self, F f, Ts... xs) {
  auto& state = self->state;
  const auto who = state.of->here->authenticator.get();
  if (!who)
    return f(login_answer{});
  ask(state);
  self->request(who, login_limit, std::move(xs)...)
    .then([self, f](const login_answer& x) { f(x); },
          [self, f](const caf::error& why) {
            log::warning("smtp", "authenticator gone",
                         {{"why", self->system().render(why)}});
            f(login_answer{});
          });
}

void accept(session_pointer self, std::vector<std::string> senders) {
  auto& state = self->state;
  auto& here = *state.of->here;
  const auto user = state.dialogue->login().user();
  here.failures.succeeded(state.key, user, steady::now());
  counters::add(here.count.auth_successes);
  log::info("smtp", "logged in",
            {{"client", state.client},
             {"user", user},
             {"mechanism", to_string(state.dialogue->login().how())}});
  more_of(state).senders = std::move(senders);
  state.dialogue->logged_in(user);
  go_on(self);
}

/// Counts the failure now, and says so when it has waited.
void fail(session_pointer self) {
  auto& state = self->state;
  auto& here = *state.of->here;
  const auto& user = state.dialogue->login().user();
  const auto wait = here.failures.failed(state.key, user, steady::now());
  counters::add(here.count.auth_failures);
  log::info("smtp", "login failed",
            {{"client", state.client},
             {"user", user},
             {"mechanism", to_string(state.dialogue->login().how())}});
  state.waits = pause::refusing;
  state.peer->deadline(steady::now() + wait);
}

void give_up(session_pointer self) {
  self->state.dialogue->login_refused(unavailable);
  go_on(self);
}

void judge(session_pointer self, login_answer x) {
  if (!self->state.peer)
    return;
  if (x.verdict == login_verdict::yes)
    accept(self, std::move(x.senders));
  else if (x.verdict == login_verdict::no)
    fail(self);
  else
    give_up(self);
}

} // namespace

void begin_login(session_pointer self) {
  using net::channel_binding;
  auto& state = self->state;
  auto& here = *state.of->here;
  if (here.failures.blocked(state.key, steady::now())) {
    counters::add(here.count.auth_refusals);
    log::info("smtp", "login not looked at",
              {{"client", state.client}, {"why", "failed too often"}});
    return state.dialogue->login_refused(
      {421, {4, 7, 0}, "Too many failed logins from your address"});
  }
  state.dialogue->login_begins(
    {fresh_nonce(), false, state.peer->octets_of(channel_binding::exporter),
     state.peer->octets_of(channel_binding::end_point)});
}

void find_verifier(session_pointer self) {
  const auto on_found = [self](const login_answer& x) {
    auto& state = self->state;
    if (!state.peer)
      return;
    const auto verifier = sasl::parse_scram_verifier(x.scram);
    if (x.verdict == login_verdict::unavailable || !verifier)
      return give_up(self);
    more_of(state).found = x;
    state.dialogue->verifier(*verifier);
    go_on(self);
  };
  ask_authenticator(self, on_found, scram_atom_v,
                    self->state.dialogue->login().user());
}

void judge_login(session_pointer self) {
  auto& state = self->state;
  const auto& login = state.dialogue->login();
  if (login.now() == sasl::state::check_password)
    return ask_authenticator(
      self, [self](const login_answer& x) { judge(self, x); }, password_atom_v,
      login.user(), login.password());
  auto found = std::exchange(more_of(state).found, {});
  const bool proved
    = login.now() == sasl::state::proved && found.verdict == login_verdict::yes;
  found.verdict = proved ? login_verdict::yes : login_verdict::no;
  judge(self, std::move(found));
}

void refuse_login(session_pointer self) {
  self->state.dialogue->login_refused(
    {535, {5, 7, 8}, "Authentication credentials invalid"});
  go_on(self);
}

void expand(session_pointer self) {
  auto& state = self->state;
  const auto answer = [self](const smtp::reply& x) {
    if (!self->state.peer)
      return;
    self->state.dialogue->expanded(x);
    go_on(self);
  };
  const smtp::reply away{451, {4, 3, 0}, "The directory is away, try later"};
  const auto who = state.of->here->directory.get();
  if (!who)
    return answer(away);
  ask(state);
  self
    ->request(who, std::chrono::seconds{10}, find_atom_v,
              state.dialogue->subject())
    .then(
      [answer](const account& x) {
        if (!x.active())
          return answer({550, {5, 1, 1}, "No such mailbox"});
        answer({250,
                {2, 1, 5},
                x.name.empty() ? '<' + x.address + '>'
                               : x.name + " <" + x.address + '>'});
      },
      [answer, away](const caf::error&) { answer(away); });
}

} // namespace stagepost
