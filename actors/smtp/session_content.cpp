#include "actors/outlets/arrivals.hpp"
#include "actors/outlets/handover.hpp"
#include "actors/smtp/client.hpp"
#include "actors/smtp/session_steps.hpp"
#include "mail/address.hpp"
#include "mail/received.hpp"
#include "mail/smtp/xegress.hpp"
#include "net/local_address.hpp"

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

namespace stagepost {

namespace {

using steady = std::chrono::steady_clock;
using pause = session_state::pause;

/// A client waits ten minutes for the reply to its data (RFC 5321, 4.5.3.2.6);
/// it hears from us before.
constexpr std::chrono::minutes store_limit{4};

/// What most messages need is not worth being shared out.
constexpr std::size_t worth_counting = 64U << 10U;

const smtp::reply no_room{452, {4, 3, 1}, "No room for the message now"};

std::string tls_of(const session_state& state) {
  if (!state.more || !state.more->tls)
    return state.peer->tls_description();
  return state.more->tls->version + ' ' + state.more->tls->cipher;
}

/// Whom an authority of ours vouches for; "" for nobody.
std::string client_certificate_of(const session_state& state) {
  const auto tls = state.peer->tls();
  return tls && tls->peer_verified ? tls->peer_subject : std::string{};
}

std::string local_address_of(const session_state& state) {
  return state.more && !state.more->local.empty()
           ? state.more->local
           : arrival_address(*state.peer);
}

egress_way wish_of(const session_state& state) {
  const auto& wish = state.dialogue->current().egress;
  return wish ? *wish : egress_way{};
}

/// By which name we know ourselves for this message: that which it leaves
/// under.
std::string our_name(const session_state& state) {
  const auto& by = *state.of->rules;
  if (!state.relays)
    return by.configuration.node.hostname;
  const auto& sender = state.dialogue->current().sender;
  const auto ways
    = by.ways.ways({dns_domain_of(sender), local_address_of(state),
                    state.dialogue->user(), wish_of(state), state.id.value()});
  if (ways.size() == 1)
    return ways.front().hostname;
  // Not that of an address that this machine has lost.
  const auto usable = std::find_if(ways.begin(), ways.end(), [](auto& x) {
    return x.ip.empty() || net::is_local_address(x.ip);
  });
  return (usable == ways.end() ? ways.front() : *usable).hostname;
}

/// The field that says how this message came here (RFC 5321, 4.4).
std::string trace(session_state& state) {
  const auto& t = state.dialogue->current();
  received_facts x;
  if (!smtp::asks_for_egress(state.dialogue->helo())) // else that is no name
    x.helo = state.dialogue->helo();
  x.client_address = state.client;
  x.by = our_name(state);
  x.extended = state.dialogue->extended();
  x.tls = tls_of(state);
  x.client_certificate = client_certificate_of(state);
  x.authenticated = !state.dialogue->user().empty();
  x.lmtp = state.of->dialogue->lmtp;
  x.utf8 = t.smtputf8;
  x.id = state.id;
  if (t.recipients.size() == 1)
    x.only_recipient = t.recipients.front().address;
  x.at = state.began;
  return received_field(x);
}

content_ptr whole_content(session_state& state) {
  if (!state.content)
    return std::make_shared<memory_content>(state.dialogue->take_content());
  put_aside(state);
  const auto spool = std::exchange(state.content, nullptr);
  return spool ? spool->finish() : nullptr;
}

/// @param replies  One, or for LMTP one for each recipient.
void on_stored(session_pointer self, std::span<const smtp::reply> replies) {
  auto& state = self->state;
  auto& count = state.of->here->count;
  const auto taken = std::any_of(replies.begin(), replies.end(),
                                 [](const auto& x) { return x.positive(); });
  counters::add(taken ? count.received_messages : count.refused_messages);
  state.held.resize(0);
  if (state.dialogue)
    state.dialogue->stored(replies);
  go_on(self);
}

void on_stored(session_pointer self, const smtp::reply& x) {
  on_stored(self, {&x, 1});
}

received_mail received(session_state& state) {
  received_mail mail;
  mail.id = state.id;
  mail.shard = state.shard;
  mail.at = state.began;
  mail.client = state.client;
  mail.local = local_address_of(state);
  mail.tls = tls_of(state);
  mail.wish = wish_of(state);
  mail.helo = state.dialogue->helo();
  mail.user = state.dialogue->user();
  mail.listener = state.of->settings->name;
  mail.envelope = state.dialogue->current();
  mail.body = whole_content(state);
  return mail;
}

/// There is no room for the message. Its memory is given back at once, before
/// others find that there is none for theirs, either; reading goes on to the
/// end, where the client hears of it.
void give_up(session_state& state) {
  state.no_room = true;
  state.content.reset();
  (void)state.dialogue->take_content();
  state.held.resize(0);
}

} // namespace

void begin_content(session_state& state) {
  auto& here = *state.of->here;
  state.content.reset(); // of a message that was refused at its end
  state.held.resize(0);
  state.no_room = false;
  state.began = here.now();
  if (here.stores()) {
    state.shard = here.next_shard();
    auto& shard = *here.shards[state.shard];
    if (!shard.healthy && state.relays)
      return state.dialogue->content_refused(
        {451,
         {4, 3, 0},
         "Mail can't be stored at the moment, try again later"});
    state.id = shard.ids.next(state.began);
  } else {
    state.id = here.ids.next(state.began);
  }
  state.dialogue->content_begins(trace(state));
}

void put_aside(session_state& state) {
  if (state.no_room)
    return give_up(state);
  try {
    if (!state.content)
      state.content
        = std::make_unique<storage::spool>(state.of->here->spool_directory);
    state.content->append(state.dialogue->take_content());
    if (!state.held.resize(state.content->in_memory()))
      give_up(state);
  } catch (const std::system_error& x) {
    log::error(
      "smtp", "can't spool",
      {{"directory", state.of->here->spool_directory}, {"why", x.what()}});
    give_up(state);
  }
}

void count_content(session_state& state) {
  if (state.dialogue->current().recipients.empty()) {
    // There is no message, or it was refused or forgotten.
    state.content.reset();
    state.held.resize(0);
    return;
  }
  if (state.no_room)
    return give_up(state);
  const auto waiting = state.dialogue->content_waiting();
  const auto aside = state.content ? state.content->in_memory() : 0;
  if (waiting > worth_counting && !state.held.resize(waiting + aside))
    give_up(state);
}

namespace {

const smtp::reply can_not_store{
  451, {4, 3, 0}, "Mail can't be stored at the moment, try again later"};

/// All of it goes to the queue or to nowhere.
void store_straight(session_pointer self, const received_mail& mail,
                    const std::vector<config::decision>& outlets) {
  auto& state = self->state;
  std::vector<std::size_t> queued;
  for (std::size_t i = 0; i < outlets.size(); ++i)
    if (outlets[i].to->type == config::outlet_type::queue)
      queued.push_back(i);
  if (queued.empty())
    return on_stored(self, {250, {2, 0, 0}, "Accepted and discarded"});
  // No timeout: the shard answers, or the error that it died; the deadline of
  // the connection is what bounds the client's wait.
  self
    ->request(state.of->here->shards[mail.shard]->shard.get(), caf::infinite,
              submit_atom_v,
              make_local<const queue::arrival>(
                arrival_of(*state.of->rules, mail, queued)))
    .then([self](const outcome& x) { on_stored(self, x.reply); },
          [self](const caf::error& why) {
            log::warning("smtp", "not stored",
                         {{"id", to_string(self->state.id)},
                          {"why", self->system().render(why)}});
            on_stored(self, can_not_store);
          });
}

/// Others have a say.
void hand_over(session_pointer self, received_mail mail,
               std::vector<config::decision> outlets) {
  auto& state = self->state;
  std::chrono::seconds longest{0};
  for (const auto& x : outlets)
    if (x.to != nullptr)
      longest = std::max(longest, x.to->reply_within);
  state.peer->deadline(steady::now() + longest + outlet_slack);
  const auto path = state.of->path + "/handover-" + to_string(mail.id);
  const auto who
    = self->spawn(handover, state.of->here, state.of->rules,
                  std::make_shared<const received_mail>(std::move(mail)),
                  std::move(outlets), state.of->dialogue->lmtp, path);
  // No timeout: outlets keep to their time, and its death is answered.
  self->request(who, caf::infinite, handover_atom_v)
    .then(
      [self](const local<const std::vector<smtp::reply>>& x) {
        on_stored(self, *x);
      },
      [self](const caf::error& why) {
        log::error("smtp", "not handed over",
                   {{"id", to_string(self->state.id)},
                    {"why", self->system().render(why)}});
        on_stored(self, can_not_store);
      });
}

} // namespace

void store(session_pointer self) {
  auto& state = self->state;
  auto& here = *state.of->here;
  state.waits = pause::storing;
  if (std::exchange(state.no_room, false)) {
    counters::add(here.count.load_refusals);
    return on_stored(self, no_room);
  }
  state.peer->deadline(steady::now() + store_limit);
  auto mail = received(state);
  if (!mail.body)
    return on_stored(self, no_room);
  counters::add(here.count.received_octets, mail.body->size());
  auto outlets = outlets_of(here, *state.of->rules, mail);
  if (goes_straight(outlets))
    store_straight(self, mail, outlets);
  else
    hand_over(self, std::move(mail), std::move(outlets));
}

} // namespace stagepost
