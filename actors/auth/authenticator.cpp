#include "actors/auth/authenticator.hpp"

#include "mail/address.hpp"

#include <caf/send.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace stagepost {

namespace {

using attempt_ptr = std::shared_ptr<login_attempt>;
using kind = config::auth_source::kind;
using names = std::vector<std::string>;

constexpr std::chrono::seconds directory_limit{5};
/// Much longer than a full line takes: it is for a hasher that crashed.
constexpr std::chrono::seconds hash_limit{30};
constexpr std::chrono::seconds between_complaints{60};

/// What a source has of a user that it knows.
struct credentials {
  std::string password; ///< "$argon2id$…"; "" if there is none.
  std::string scram;    ///< "SCRAM-SHA-256$…"; "" if there is none.
  names senders;
};

void answer(const attempt_ptr& x, login_verdict verdict, names senders = {}) {
  x->asks.deliver(login_answer{verdict, "", std::move(senders)});
}

void answer_verifier(const attempt_ptr& x, const credentials& of) {
  x->asks.deliver(login_answer{login_verdict::yes, of.scram, of.senders});
}

void answer_made_up(login_pointer self, const attempt_ptr& x) {
  auto verifier
    = self->state.unknown.verifier(x->user, x->rules->configuration.auth);
  x->asks.deliver(login_answer{login_verdict::no, std::move(verifier), {}});
}

/// Says no more than once a minute that there is no room.
void complain(login_pointer self, const char* before) {
  auto& again = self->state.complains_again;
  const auto now = self->clock().now();
  if (now < again)
    return;
  again = now + between_complaints;
  log::warning("auth", "too many logins at once", {{"before", before}});
}

/// The hasher with the least to do; none if all are away.
std::optional<std::size_t> idlest(const authenticator_state& state) {
  std::optional<std::size_t> out;
  for (std::size_t i = 0; i < state.hashing.size(); ++i)
    if (state.here->hashers[i].get()
        && (!out || state.hashing[i] < state.hashing[*out]))
      out = i;
  return out;
}

bool is_full(const authenticator_state& state) {
  std::size_t all = 0;
  std::size_t busy = 0;
  for (const auto x : state.hashing) {
    all += x;
    busy += x > 0 ? 1 : 0;
  }
  return all >= authenticator_state::longest_line + busy;
}

/// Has the password compared with what is stored; "" takes as long.
void check(login_pointer self, const attempt_ptr& x, const std::string& stored,
           const names& senders = {}) {
  auto& state = self->state;
  const auto who = idlest(state);
  if (!who || is_full(state)) {
    complain(self, who ? "the hashers" : "the hashers, which are away");
    return answer(x, login_verdict::unavailable);
  }
  ++state.hashing[*who];
  self
    ->request(state.here->hashers[*who].get(), hash_limit, password_atom_v,
              stored, x->password.text())
    .then(
      [self, x, who, senders](bool right) {
        --self->state.hashing[*who];
        if (right)
          return answer(x, login_verdict::yes, senders);
        answer(x, login_verdict::no);
      },
      [self, x, who](const caf::error& why) {
        --self->state.hashing[*who];
        log::warning("auth", "a password was not checked",
                     {{"why", self->system().render(why)}});
        answer(x, login_verdict::unavailable);
      });
}

void on_known(login_pointer self, const attempt_ptr& x, const credentials& of) {
  if (x->how == login_attempt::by::password)
    return check(self, x, of.password.empty() ? of.scram : of.password,
                 of.senders);
  if (of.scram.empty())
    return answer_made_up(self, x);
  answer_verifier(x, of);
}

void on_unknown(login_pointer self, const attempt_ptr& x) {
  if (x->doubtful)
    return answer(x, login_verdict::unavailable);
  if (x->how == login_attempt::by::proof)
    return answer_made_up(self, x);
  const auto& sources = x->rules->configuration.auth;
  if (std::ranges::all_of(sources, [](const auto& y) {
        return y.type == kind::command; // and nobody is known by a hash
      }))
    return answer(x, login_verdict::no);
  check(self, x, "");
}

names own_name(const std::string& user) {
  const auto x = parse_mailbox(user, alphabet::utf8);
  return x && !x->domain.empty() ? names{user} : names{};
}

void ask_next(login_pointer self, const attempt_ptr& x);

void look_up(login_pointer self, const attempt_ptr& x,
             const config::auth_source& source) {
  const auto found = source.users.find(x->user);
  if (found == source.users.end())
    return ask_next(self, x);
  const auto& [name, user] = *found;
  on_known(self, x,
           {user.password, user.scram,
            user.senders.empty() ? own_name(name) : user.senders});
}

void on_account(login_pointer self, const attempt_ptr& x, const account& who) {
  if (!who.found())
    return ask_next(self, x);
  if (!who.active())
    return on_known(self, x, {});
  on_known(self, x, {who.password, who.scram, {who.address}});
}

void ask_directory(login_pointer self, const attempt_ptr& x) {
  auto& state = self->state;
  if (state.finding >= authenticator_state::longest_line) {
    complain(self, "the directory");
    return answer(x, login_verdict::unavailable);
  }
  ++state.finding;
  self
    ->request(state.here->directory.get(), directory_limit, find_atom_v,
              x->user)
    .then(
      [self, x](const account& who) {
        --self->state.finding;
        on_account(self, x, who);
      },
      [self, x](const caf::error&) {
        --self->state.finding; // the directory itself says in the log why
        answer(x, login_verdict::unavailable);
      });
}

void ask_program(login_pointer self, const attempt_ptr& x,
                 const config::auth_source& source) {
  if (x->how == login_attempt::by::proof)
    return ask_next(self, x); // it wants to see the password
  auto& state = self->state;
  const auto number = ++state.last_number;
  const auto then
    = [who = caf::weak_actor_ptr{self->ctrl()}, number](login_verdict verdict) {
        if (auto strong = who.lock())
          caf::anon_send(caf::actor_cast<login_actor>(std::move(strong)),
                         ready_atom_v, number, verdict);
      };
  if (state.programs->ask({x->rules, &source}, x->user,
                          sasl::secret{std::string_view{x->password.text()}},
                          then)) {
    state.at_programs.emplace(number, x);
    return;
  }
  complain(self, "a program");
  x->doubtful = true;
  ask_next(self, x);
}

void on_program(login_pointer self, std::uint64_t number,
                login_verdict verdict) {
  auto entry = self->state.at_programs.extract(number);
  if (entry.empty())
    return;
  const auto& x = entry.mapped();
  if (verdict == login_verdict::yes)
    return answer(x, verdict, own_name(x->user));
  x->doubtful |= verdict == login_verdict::unavailable;
  ask_next(self, x);
}

void ask_next(login_pointer self, const attempt_ptr& x) {
  const auto& sources = x->rules->configuration.auth;
  if (x->next == sources.size())
    return on_unknown(self, x);
  const auto& source = sources[x->next++];
  switch (source.type) {
    case kind::users:
      return look_up(self, x, source);
    case kind::directory:
      return ask_directory(self, x);
    case kind::command:
      return ask_program(self, x, source);
  }
}

caf::result<login_answer> begin(login_pointer self, login_attempt::by how,
                                const std::string& user,
                                std::string_view password = {}) {
  const auto x = std::make_shared<login_attempt>(
    how, self->state.here->in_force.get(), user);
  x->password = sasl::secret{password};
  x->asks = self->make_response_promise<login_answer>();
  const auto asks = x->asks;
  ask_next(self, x);
  return asks;
}

} // namespace

login_attempt::~login_attempt() {
  if (asks.pending())
    asks.deliver(login_answer{});
}

login_actor::behavior_type authenticator(login_pointer self,
                                         boost::asio::io_context* loop,
                                         node* here, std::string path) {
  self->join(here->tree, std::move(path), "authenticator");
  self->state.here = here;
  self->state.programs = std::make_unique<login_programs>(*loop);
  here->authenticator.set(self);
  return {
    [self](password_atom, const std::string& user,
           const std::string& password) {
      return begin(self, login_attempt::by::password, user, password);
    },
    [self](scram_atom, const std::string& user) {
      return begin(self, login_attempt::by::proof, user);
    },
    [self](ready_atom, std::uint64_t number, login_verdict verdict) {
      on_program(self, number, verdict);
    },
  };
}

} // namespace stagepost
