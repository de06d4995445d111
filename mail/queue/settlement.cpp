#include "mail/queue/settlement.hpp"

#include "mail/utf8.hpp"

#include <algorithm>
#include <iterator>
#include <unordered_set>
#include <utility>

namespace stagepost::queue {

namespace {

event::kind kind_of(const verdict& v) {
  if (v.stays)
    return v.in_doubt ? event::kind::in_doubt : event::kind::deferred;
  if (v.expired)
    return event::kind::expired;
  return v.reply.positive() ? event::kind::delivered : event::kind::bounced;
}

/// What its sender is to hear of one recipient; nothing if nothing is.
std::optional<report_facts::kind> calls_for(const verdict& v, bool relayed) {
  using kind = report_facts::kind;
  const auto notify = v.row.notify;
  if (!v.stays && !v.reply.positive() && wants(notify, notify_failure))
    return kind::failure;
  if (v.warn && wants(notify, notify_delay))
    return kind::delay;
  if (relayed && v.reply.positive() && wants(notify, notify_success))
    return kind::relayed;
  return std::nullopt;
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
void add_content(report_facts& to, const message& about,
                 const content_ptr& body, bool full, bool copy) {
  auto beginning = beginning_of(body, returned_limit);
  to.original_header = header_of(beginning);
  const bool failed
    = std::any_of(to.recipients.begin(), to.recipients.end(), [](auto& x) {
        return x.what == report_facts::kind::failure;
      });
  const bool asked = (about.flags & flag_return_full) != 0
                     || (full && (about.flags & flag_return_header) == 0);
  if (!asked || copy || !failed || (about.flags & flag_require_tls) != 0)
    return;
  if (body && body->size() <= returned_limit && can_be_returned(beginning))
    to.original_message = std::move(beginning);
  else
    to.too_much = true;
}

/// What the report's own envelope has to say.
std::uint32_t flags_of_report(const message& about, const std::string& to,
                              std::string_view text) {
  std::uint32_t flags = flag_report | (about.flags & flag_require_tls);
  if (!is_ascii(to))
    flags |= flag_smtputf8;
  if (!is_ascii(text))
    flags |= flag_eight_bit;
  return flags;
}

} // namespace

void record(const settlement& x, const std::string& relay, time_point now,
            batch& to, const std::string& tls, time_point began) {
  for (const auto& v : x.verdicts) {
    if (v.stays || v.row.state == recipient_state::ended)
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

std::vector<notice> notices_of(const settlement& x, const std::string& relay,
                               time_point now, bool relayed) {
  std::vector<notice> out;
  if (x.what->sender.empty())
    return out;
  for (const auto& v : x.verdicts)
    if (const auto what = calls_for(v, relayed))
      out.push_back(
        {v.row, *what, v.reply, relay, now, !v.expired || v.row.attempts > 0});
  return out;
}

void add_notices(std::vector<notice>& to, std::vector<notice> more) {
  std::unordered_set<std::uint16_t> fresh; // a message may have thousands
  for (const auto& x : more)
    fresh.insert(x.row.number);
  std::erase_if(to,
                [&](const notice& x) { return fresh.contains(x.row.number); });
  std::move(more.begin(), more.end(), std::back_inserter(to));
}

std::optional<arrival> report_on(const message& about, const content_ptr& body,
                                 std::vector<notice> notices,
                                 const report_rules& rules, queue::id report,
                                 time_point now) {
  const bool copy = !rules.copy_to.empty();
  if (copy)
    std::erase_if(notices, [](const notice& x) {
      return x.what != report_facts::kind::failure;
    });
  if (notices.empty())
    return std::nullopt;
  std::stable_sort(notices.begin(), notices.end(),
                   [](const notice& a, const notice& b) {
                     return a.row.number < b.row.number;
                   });
  report_facts facts;
  for (const auto& x : notices) {
    auto& to = facts.recipients.emplace_back();
    to.address = x.row.address;
    to.original = x.row.original_recipient;
    to.what = x.what;
    to.reply = x.reply;
    if (!x.reply.ours)
      to.remote = x.relay.substr(0, x.relay.find('['));
    to.last_attempt = x.at;
    to.tried = x.tried;
    to.will_retry_until = about.expires_at;
  }
  facts.reporting_mta = rules.reporting_mta;
  facts.sender = copy ? rules.copy_to : about.sender;
  facts.original = about.id;
  facts.report = report;
  facts.arrived = about.received_at;
  facts.now = now;
  facts.envid = about.envelope_id;
  facts.utf8 = (about.flags & flag_smtputf8) != 0;
  add_content(facts, about, body, rules.full, copy);
  auto text = std::make_shared<memory_content>(compose_report(facts));
  auto what = std::make_shared<message>();
  what->id = report;
  what->received_at = now;
  what->expires_at = now + rules.expire;
  what->flags = flags_of_report(about, facts.sender, text->in_memory());
  what->size = text->size();
  what->circumstances = rules.circumstances;
  recipient to;
  to.next_at = now;
  to.address = facts.sender;
  return arrival{std::move(what), std::move(text), {std::move(to)}};
}

} // namespace stagepost::queue
