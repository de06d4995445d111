#include "mail/queue/pending_reports.hpp"

#include "mail/smtp/reply_parser.hpp"

#include <algorithm>
#include <string_view>

namespace stagepost::queue {

namespace {

constexpr std::string_view said = " said: ";

/// As much of a message as a report can return, and one octet more, that shows
/// what is too much.
content_ptr excerpt(const content_ptr& x) {
  if (!x || x->size() <= returned_limit)
    return x;
  std::string out(returned_limit + 1, ' ');
  out.resize(x->read(0, out));
  return std::make_shared<memory_content>(std::move(out));
}

} // namespace

std::uint64_t pending_reports::octets(const entry& x) noexcept {
  return x.body ? x.body->size() : 0;
}

bool pending_reports::has_room(const content_ptr& body) const noexcept {
  const auto more
    = body ? std::min<std::uint64_t>(body->size(), returned_limit + 1) : 0;
  return octets_ + more <= most_;
}

void pending_reports::add(const message_ptr& about, const content_ptr& body,
                          std::vector<notice> notices,
                          const egress_way& left_by, time_point now) {
  const auto [at, fresh] = messages_.try_emplace(about->id);
  auto& to = at->second;
  if (fresh) {
    to.what.what = about;
    to.until = now + patience;
    times_.insert({to.until, about->id});
  }
  if (!to.what.body) {
    to.what.body = excerpt(body);
    octets_ += octets(to.what);
  }
  to.what.left_by = left_by;
  add_notices(to.what.notices, std::move(notices));
}

void pending_reports::restore(const message_ptr& about, const recipient& row,
                              time_point now) {
  if (holds({about->id, row.number}))
    return;
  add(about, nullptr, {read_kept(row, now)}, {}, now);
}

std::optional<pending_reports::entry> pending_reports::take(queue::id message) {
  auto found = messages_.extract(message);
  if (found.empty())
    return std::nullopt;
  times_.erase({found.mapped().until, message});
  octets_ -= octets(found.mapped().what);
  return std::move(found.mapped().what);
}

std::vector<queue::id> pending_reports::due(time_point now) const {
  std::vector<queue::id> out;
  for (auto i = times_.begin(); i != times_.end() && i->first <= now; ++i)
    out.push_back(i->second);
  return out;
}

std::vector<queue::id> pending_reports::all() const {
  std::vector<queue::id> out;
  for (const auto& [id, x] : messages_)
    out.push_back(id);
  return out;
}

std::optional<time_point> pending_reports::next() const {
  if (times_.empty())
    return std::nullopt;
  return times_.begin()->first;
}

void pending_reports::put_off(queue::id message, time_point until) {
  const auto i = messages_.find(message);
  if (i == messages_.end())
    return;
  times_.erase({i->second.until, message});
  i->second.until = until;
  times_.insert({until, message});
}

void pending_reports::give(queue::id message, const content_ptr& body) {
  const auto i = messages_.find(message);
  if (i == messages_.end() || i->second.what.body)
    return;
  i->second.what.body
    = body ? excerpt(body) : std::make_shared<memory_content>(std::string{});
  octets_ += octets(i->second.what);
}

const pending_reports::entry* pending_reports::find(queue::id message) const {
  const auto i = messages_.find(message);
  return i == messages_.end() ? nullptr : &i->second.what;
}

bool pending_reports::holds(const recipient_key& x) const {
  const auto* found = find(x.message);
  return found != nullptr
         && std::any_of(
           found->notices.begin(), found->notices.end(),
           [&](const notice& y) { return y.row.number == x.number; });
}

std::string kept_reply(const notice& x) {
  auto out = smtp::to_string(x.reply);
  if (!x.reply.ours && !x.relay.empty())
    out = x.relay + std::string{said} + out;
  return out;
}

notice read_kept(const recipient& row, time_point now) {
  notice out{row, report_facts::kind::failure, {}, {}, now, row.attempts > 0};
  std::string_view text = row.last_reply;
  const auto at = text.find(said);
  // Only a host and its address come before it: no reply's own words.
  if (at != std::string_view::npos && text.find(' ') == at) {
    out.relay = text.substr(0, at);
    text.remove_prefix(at + said.size());
  }
  const auto line = std::string{text} + "\r\n";
  std::string_view octets = line;
  smtp::reply_parser parser;
  if (parser.feed(octets) == smtp::reply_parser::status::whole)
    out.reply = parser.take();
  else
    out.reply = {554, {5, 0, 0}, std::string{text}};
  out.reply.ours = out.relay.empty();
  if (out.reply.positive())
    out.what = report_facts::kind::relayed;
  return out;
}

} // namespace stagepost::queue
