#include "mail/queue/settlement.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::queue {

namespace {

/// The most of a message that a report looks at to find its header.
constexpr std::size_t header_limit = 64U << 10U;

event::kind kind_of(const backlog::verdict& v) {
  if (v.stays)
    return event::kind::deferred;
  if (v.expired)
    return event::kind::expired;
  return v.reply.positive() ? event::kind::delivered : event::kind::failed;
}

bool calls_for(const backlog::verdict& v, report_facts::kind what) {
  return what == report_facts::kind::delay ? v.warn
                                           : !v.stays && !v.reply.positive();
}

std::string beginning_of(const content_ptr& body, std::size_t limit) {
  std::string out;
  if (!body)
    return out;
  out.resize(std::min<std::uint64_t>(limit, body->size()));
  out.resize(body->read(0, out));
  return out;
}

} // namespace

void record(const backlog::settlement& x, const std::string& relay,
            time_point now, batch& to) {
  for (const auto& v : x.verdicts) {
    if (v.stays)
      to.changed.push_back({x.what->id, v.row});
    else
      to.finished.push_back({x.what->id, v.row.number});
    to.events.push_back({now, x.what->id, v.row.number, kind_of(v),
                         v.row.address, relay, smtp::to_string(v.reply)});
  }
  if (x.message_done)
    to.finished_messages.push_back(x.what->id);
  else if (x.message_maybe)
    to.maybe_finished.push_back(x.what->id);
}

std::optional<arrival> report_on(const backlog::settlement& x,
                                 report_facts::kind what,
                                 const std::string& relay,
                                 const report_rules& rules, queue::id report,
                                 time_point now) {
  if (x.what->sender.empty())
    return std::nullopt;
  report_facts facts;
  for (const auto& v : x.verdicts) {
    if (!calls_for(v, what))
      continue;
    auto& to = facts.recipients.emplace_back();
    to.address = v.row.address;
    to.what = what;
    to.reply = v.reply;
    to.remote = relay.substr(0, relay.find('['));
    to.last_attempt = now;
    to.will_retry_until = x.what->expires_at;
  }
  if (facts.recipients.empty())
    return std::nullopt;
  facts.reporting_mta = rules.reporting_mta;
  facts.sender = x.what->sender;
  facts.original = x.what->id;
  facts.report = report;
  facts.arrived = x.what->received_at;
  facts.now = now;
  facts.original_header = header_of(beginning_of(x.body, header_limit));
  auto body = std::make_shared<memory_content>(compose_report(facts));
  auto about = std::make_shared<message>();
  about->id = report;
  about->received_at = now;
  about->expires_at = now + rules.expire;
  about->flags = flag_report;
  about->size = body->size();
  about->circumstances = R"({"report_on":")" + to_string(x.what->id) + "\"}";
  recipient to;
  to.next_at = now;
  to.address = x.what->sender;
  return arrival{std::move(about), std::move(body), {std::move(to)}};
}

} // namespace stagepost::queue
