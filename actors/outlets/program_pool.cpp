#include "actors/outlets/program_pool.hpp"

#include "actors/outlets/program_order.hpp"

#include <utility>

namespace stagepost {

program_pool::place program_pool::at_rest(const config::outlet& x,
                                          const rules& by) {
  const auto as = by.users.find(x.command.user);
  auto out = all_.end();
  for (auto i = all_.begin(); i != all_.end(); ++i) {
    if (i->number != 0 || i->program->ending())
      continue;
    const bool same_user
      = i->as.has_value() == as.has_value() && (!as || i->as->user == as->user);
    if (i->settings == x.command && same_user)
      out = i;
    else
      i->program->retire();
  }
  return out;
}

program_pool::place program_pool::started(const config::outlet& x,
                                          const rules& by) {
  auto order = program_of(x, by);
  order.time_limit = duration::zero();
  all_.push_front({x.command, order.as, nullptr});
  const auto which = all_.begin();
  which->program = std::make_unique<standing_program>(
    loop_, order, x.name,
    standing_program::listener{
      [this, which](outlet::verdict v) { on_told(which, std::move(v)); },
      [this, which] { on_gone(which); }});
  return which;
}

void program_pool::start(std::uint64_t number, const config::outlet& x,
                         const rules& by,
                         const std::shared_ptr<const outlet_job>& job,
                         duration until_deadline) {
  auto which = at_rest(x, by);
  if (which == all_.end())
    which = started(x, by);
  which->number = number;
  which->program->take(to_string(job->mail->id), envelope_line(*job),
                       job->mail->body, run_time_of(x, until_deadline).limit);
}

void program_pool::retire() {
  for (auto& x : all_)
    if (x.number == 0 && !x.program->ending())
      x.program->retire();
}

void program_pool::on_told(place which, outlet::verdict verdict) {
  const auto number = std::exchange(which->number, 0);
  if (!which->program->ending())
    which->program->rest(rest_);
  told_(number, std::move(verdict));
}

void program_pool::on_gone(place which) {
  all_.erase(which);
  if (all_.empty())
    emptied_();
}

} // namespace stagepost
