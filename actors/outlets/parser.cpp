#include "actors/outlets/parser.hpp"

#include "mail/mime/mail_parser.hpp"

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>

#include <algorithm>
#include <utility>

namespace stagepost {

namespace {

using parser_pointer = pointer<parser_actor, parser_state>;
using answer = parser_state::answer;

answer parsed(const content& message) {
  return {
    std::make_shared<const mime::parse_result>(mime::parse_mail(message))};
}

parser_actor::behavior_type
mail_reader(pointer<parser_actor, mail_reader_state> self, node* here,
            std::string path) {
  self->join(here->tree, std::move(path), "mail reader");
  return {
    [](parse_atom, const local<const content>& message) {
      return parsed(*message);
    },
  };
}

void serve(parser_pointer self);

void on_end(parser_pointer self, std::size_t i) {
  self->state.crew[i].busy = false;
  serve(self);
}

/// Gives the next message to the reader of this number.
void hand(parser_pointer self, std::size_t i) {
  auto& state = self->state;
  auto& it = state.crew[i];
  if (!it.who)
    it.who = self->spawn<caf::detached>(mail_reader, state.here,
                                        self->path() + "/reader-"
                                          + std::to_string(i + 1));
  it.busy = true;
  auto job = std::move(state.line.front());
  state.line.pop_front();
  // No timeout: a reader's death answers, and nothing it does goes on for ever.
  self
    ->request(it.who, caf::infinite, parse_atom_v,
              local<const content>{std::move(job.message)})
    .then(
      [self, i, asks = job.asks](const answer& x) {
        asks.deliver(x);
        on_end(self, i);
      },
      [self, i, asks = job.asks](caf::error& why) {
        asks.deliver(std::move(why));
        self->state.crew[i].who = nullptr;
        on_end(self, i);
      });
}

void serve(parser_pointer self) {
  auto& state = self->state;
  for (std::size_t i = 0; i < state.crew.size() && !state.line.empty(); ++i)
    if (!state.crew[i].busy)
      hand(self, i);
}

bool is_small(const content& message) {
  return message.size() <= parser_state::most_at_once
         && message.in_memory().size() == message.size();
}

} // namespace

parser_actor::behavior_type parser(parser_pointer self,
                                   boost::asio::io_context* /*loop*/,
                                   node* here, std::string path) {
  self->join(here->tree, std::move(path), "parser");
  self->state.here = here;
  here->parser.set(self);
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    for (auto& x : self->state.crew)
      if (x.who)
        self->send_exit(x.who, msg.reason);
    self->quit(msg.reason);
  });
  return {
    [self](parse_atom,
           const local<const content>& message) -> caf::result<answer> {
      if (is_small(*message))
        return parsed(*message);
      auto& state = self->state;
      if (state.line.size() >= parser_state::longest_line)
        return caf::make_error(caf::sec::runtime_error,
                               "too many large messages wait to be read");
      auto promise = self->make_response_promise<answer>();
      state.line.push_back({message.it, owed<answer>{promise}});
      serve(self);
      return promise;
    },
  };
}

} // namespace stagepost
