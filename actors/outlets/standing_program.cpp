#include "actors/outlets/standing_program.hpp"

#include "actors/outlets/program_runs.hpp"
#include "mail/outlet/program_verdict.hpp"

#include <algorithm>
#include <span>
#include <system_error>
#include <utility>

namespace stagepost {

namespace {

/// Octets of a message that are in memory for a program at a time.
constexpr std::uint64_t piece = 64U << 10U;

/// From the end of its input until it is ended.
constexpr std::chrono::seconds time_to_leave{2};

std::string how_it_ended(net::program_end how) {
  const auto why = outlet::verdict_of(result_of(std::move(how)), {}).detail;
  return why.empty() ? "it ended by itself" : "it ended: " + why;
}

} // namespace

standing_program::standing_program(boost::asio::io_context& loop,
                                   const net::program& order,
                                   std::string outlet, listener who)
  : name_(order.run.front()), outlet_(std::move(outlet)), who_(std::move(who)),
    timer_(loop) {
  program_
    = net::talk_with(loop, order,
                     {[this](std::string_view octets) { on_heard(octets); },
                      [this] { on_drained(); }},
                     [this](net::program_end how) { on_end(std::move(how)); });
}

void standing_program::after(duration time, void (standing_program::*then)()) {
  set_no_timer();
  timer_.expires_after(time);
  // One that is cancelled may be on its way all the same.
  timer_.async_wait([this, then, turn = *turn_,
                     still = std::weak_ptr{turn_}](boost::system::error_code) {
    if (const auto now = still.lock(); now && *now == turn)
      (this->*then)();
  });
}

void standing_program::set_no_timer() {
  ++*turn_;
  timer_.cancel();
}

void standing_program::take(std::string id, std::string envelope,
                            content_ptr body, duration limit) {
  dialogue_.ask(id);
  errand_ = errand{std::move(id), std::move(body), 0, false, std::nullopt};
  after(limit, &standing_program::on_time);
  program_->say(std::move(envelope));
}

void standing_program::on_drained() {
  if (!errand_)
    return;
  if (errand_->gone < errand_->body->size())
    return send_on();
  errand_->whole = true;
  tell_if_over();
}

void standing_program::send_on() {
  auto& x = *errand_;
  std::string next(std::min(piece, x.body->size() - x.gone), '\0');
  try {
    next.resize(x.body->read(x.gone, next));
  } catch (const std::system_error& why) {
    return give_up(why.what()); // it waits for octets that never come
  }
  x.gone += next.size();
  program_->say(std::move(next));
}

void standing_program::on_heard(std::string_view octets) {
  if (ending_)
    return;
  switch (dialogue_.feed(octets)) {
    case outlet::program_dialogue::status::more:
      return;
    case outlet::program_dialogue::status::answered:
      errand_->verdict = outlet::verdict_of(dialogue_.take(), name_);
      return tell_if_over();
    case outlet::program_dialogue::status::nonsense:
      return give_up(dialogue_.why());
  }
}

void standing_program::tell_if_over() {
  if (!errand_ || !errand_->whole || !errand_->verdict)
    return;
  set_no_timer();
  auto verdict = std::move(*errand_->verdict);
  errand_.reset();
  who_.told(std::move(verdict));
}

void standing_program::give_up(const std::string& why,
                               const std::string& errors) {
  be_ended();
  auto x = std::exchange(errand_, std::nullopt);
  complain_of_program(outlet_, name_, x ? x->id : "", why, errors);
  if (!x)
    return;
  // Who has answered already, and not read all, has answered.
  who_.told(x->verdict ? std::move(*x->verdict)
                       : outlet::no_verdict(name_, why));
}

void standing_program::on_time() {
  give_up("it took too long");
}

void standing_program::be_ended() {
  ending_ = true;
  set_no_timer();
  program_->end();
}

void standing_program::retire() {
  ending_ = true;
  program_->hang_up();
  after(time_to_leave, &standing_program::be_ended);
}

void standing_program::rest(duration limit) {
  after(limit, &standing_program::retire);
}

void standing_program::on_end(net::program_end how) {
  set_no_timer();
  if (!ending_) {
    ending_ = true;
    auto errors = std::move(how.errors);
    auto x = std::exchange(errand_, std::nullopt);
    const auto why = how_it_ended(std::move(how));
    complain_of_program(outlet_, name_, x ? x->id : "", why, errors);
    if (x)
      who_.told(x->verdict ? std::move(*x->verdict)
                           : outlet::no_verdict(name_, why));
  }
  const auto gone = who_.gone; // which lets go of this
  gone();
}

} // namespace stagepost
