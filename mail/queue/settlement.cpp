#include "mail/queue/settlement.hpp"

#include "mail/utf8.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

namespace {

/// The most of a message that a report looks at, for its header or the whole.
constexpr std::size_t returned_limit = 64U << 10U;

event::kind kind_of(const backlog::verdict& v) {
  if (v.stays)
    return v.in_doubt ? event::kind::in_doubt : event::kind::deferred;
  if (v.expired)
    return event::kind::expired;
  return v.reply.positive() ? event::kind::delivered : event::kind::failed;
}

/// Does the sender want to be told? Without NOTIFY, of what goes wrong.
bool wants(std::uint8_t notify, notify_flag what) {
  return notify == 0 ? what != notify_success : (notify & what) != 0;
}

bool calls_for(const backlog::verdict& v, report_facts::kind what) {
  switch (what) {
    case report_facts::kind::failure:
      return !v.stays && !v.reply.positive()
             && wants(v.row.notify, notify_failure);
    case report_facts::kind::delay:
      return v.warn && wants(v.row.notify, notify_delay);
    case report_facts::kind::relayed:
      return v.reply.positive() && wants(v.row.notify, notify_success);
  }
  return false;
}

std::string beginning_of(const content_ptr& body, std::size_t limit) {
  std::string out;
  if (!body)
    return out;
  out.resize(std::min<std::uint64_t>(limit, body->size()));
  out.resize(body->read(0, out));
  return out;
}

/// What of the original goes back.
void add_content(report_facts& to, const backlog::settlement& x,
                 report_facts::kind what, bool full, bool copy) {
  const auto flags = x.what->flags;
  auto beginning = beginning_of(x.body, returned_limit);
  to.original_header = header_of(beginning);
  const bool asked = (flags & flag_return_full) != 0
                     || (full && (flags & flag_return_header) == 0);
  if (!asked || copy || what != report_facts::kind::failure
      || (flags & flag_require_tls) != 0)
    return;
  if (x.body && x.body->size() <= returned_limit && can_be_returned(beginning))
    to.original_message = std::move(beginning);
  else
    to.too_much = true;
}

/// What the report's own envelope has to say.
std::uint32_t flags_of_report(const message& about, const std::string& to) {
  std::uint32_t flags = flag_report | (about.flags & flag_require_tls);
  if (!is_ascii(to))
    flags |= flag_smtputf8 | flag_eight_bit;
  return flags;
}

} // namespace

void record(const backlog::settlement& x, const std::string& relay,
            time_point now, batch& to, const std::string& tls,
            time_point began) {
  for (const auto& v : x.verdicts) {
    if (v.stays)
      to.changed.push_back({x.what->id, v.row});
    else
      to.finished.push_back({x.what->id, v.row.number});
    to.events.push_back({now, x.what->id, v.row.number, kind_of(v),
                         v.row.address, relay, smtp::to_string(v.reply), tls,
                         began});
  }
  if (x.message_done)
    to.finished_messages.push_back(x.what->id);
  else if (x.message_maybe)
    to.maybe_finished.push_back(x.what->id);
}

bool calls_for(const backlog::settlement& x, report_facts::kind what) noexcept {
  return !x.what->sender.empty()
         && std::any_of(
           x.verdicts.begin(), x.verdicts.end(),
           [what](const auto& verdict) { return calls_for(verdict, what); });
}

std::optional<arrival> report_on(const backlog::settlement& x,
                                 report_facts::kind what,
                                 const std::string& relay,
                                 const report_rules& rules, queue::id report,
                                 time_point now) {
  if (!calls_for(x, what))
    return std::nullopt;
  report_facts facts;
  for (const auto& v : x.verdicts) {
    if (!calls_for(v, what))
      continue;
    auto& to = facts.recipients.emplace_back();
    to.address = v.row.address;
    to.original = v.row.original_recipient;
    to.what = what;
    to.reply = v.reply;
    if (!v.reply.ours)
      to.remote = relay.substr(0, relay.find('['));
    to.last_attempt = now;
    to.will_retry_until = x.what->expires_at;
  }
  facts.reporting_mta = rules.reporting_mta;
  const bool copy = !rules.copy_to.empty();
  facts.sender = copy ? rules.copy_to : x.what->sender;
  facts.original = x.what->id;
  facts.report = report;
  facts.arrived = x.what->received_at;
  facts.now = now;
  facts.envid = x.what->envelope_id;
  add_content(facts, x, what, rules.full, copy);
  auto body = std::make_shared<memory_content>(compose_report(facts));
  auto about = std::make_shared<message>();
  about->id = report;
  about->received_at = now;
  about->expires_at = now + rules.expire;
  about->flags = flags_of_report(*x.what, facts.sender);
  about->size = body->size();
  about->circumstances = rules.circumstances;
  recipient to;
  to.next_at = now;
  to.address = facts.sender;
  return arrival{std::move(about), std::move(body), {std::move(to)}};
}

} // namespace stagepost::queue
