#include "mail/smtp/outgoing_transaction.hpp"

#include "mail/smtp/breach.hpp"
#include "mail/smtp/envelope_check.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

namespace {

constexpr std::size_t text_kept = 2048; // of a reply, for each recipient

/// Content up to this goes before the server has taken the recipients: if it
/// takes none, so much was sent for nothing, else a round trip is saved.
constexpr std::uint64_t early_limit = 64U << 10U;

} // namespace

outgoing_transaction::outgoing_transaction(sender::envelope x,
                                           const capabilities& server,
                                           bool verified, std::string& out)
  : envelope_(std::move(x)), pipelined_(server.pipelining),
    chunked_(server.chunking),
    early_(chunked_ && pipelined_ && envelope_.size <= early_limit),
    dsn_(server.dsn) {
  outcome_.replies.resize(envelope_.recipients.size());
  outcome_.reports = dsn_;
  if (const auto refusal = refusal_of(envelope_, server, verified)) {
    decide_open(by_us(*refusal));
    return;
  }
  for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) {
    const auto& to = envelope_.recipients[i];
    if (envelope_.require_tls && !envelope_.sender.empty() && !to.sure)
      decide(i, by_us({550,
                       {5, 7, 30},
                       "REQUIRETLS support required: nothing vouches for the "
                       "servers of this domain"}));
    else if (const auto refusal = refusal_of(to.address, server))
      decide(i, by_us(*refusal));
    else
      asked_.push_back(i);
  }
  if (asked_.empty())
    return;
  now_ = stage::mail;
  append_mail(out, envelope_, server);
  if (!pipelined_)
    return;
  for (const auto i : asked_)
    append_rcpt(out, envelope_.recipients[i], dsn_);
  if (!chunked_)
    out += "DATA\r\n";
}

std::optional<reply> outgoing_transaction::take(const reply& x,
                                                std::string& out) {
  switch (now_) {
    case stage::mail:
      return on_mail(x, out);
    case stage::recipients:
      return on_recipient(x, out);
    case stage::data:
      return on_data(x, out);
    case stage::content: // it does not want to see the rest
      return refused(x) ? x : breach("the content", x);
    case stage::dot:
      return on_dot(x);
    case stage::empty_dot:
      now_ = stage::over;
      return std::nullopt;
    case stage::chunks:
      return on_chunk(x);
    case stage::over:
      break;
  }
  return breach("nothing", x);
}

std::optional<reply> outgoing_transaction::on_mail(const reply& x,
                                                   std::string& out) {
  if (!x.positive() && !refused(x))
    return breach("250", x);
  mail_taken_ = x.positive();
  now_ = stage::recipients;
  if (refused(x)) {
    decide_open(x);
    if (!pipelined_)
      now_ = stage::over;
    return std::nullopt;
  }
  ask_recipient(out);
  return std::nullopt;
}

void outgoing_transaction::ask_recipient(std::string& out) const {
  if (!pipelined_)
    append_rcpt(out, envelope_.recipients[asked_[turn_]], dsn_);
}

std::optional<reply> outgoing_transaction::on_recipient(const reply& x,
                                                        std::string& out) {
  if (!x.positive() && !refused(x))
    return breach("250", x);
  if (x.positive())
    ++accepted_;
  else if (mail_taken_) // if not, MAIL's reply stands
    decide(asked_[turn_], x);
  if (++turn_ < asked_.size())
    ask_recipient(out);
  else
    recipients_done(out);
  return std::nullopt;
}

void outgoing_transaction::recipients_done(std::string& out) {
  now_ = chunked_ ? stage::chunks : stage::data;
  if (chunked_ ? chunks_due_ != 0 : pipelined_)
    return; // it is on its way, and will be answered
  if (accepted_ == 0 || !mail_taken_) {
    needs_reset_ = mail_taken_ || accepted_ != 0;
    now_ = stage::over;
  } else if (!chunked_) {
    out += "DATA\r\n";
  }
}

std::optional<reply> outgoing_transaction::on_data(const reply& x,
                                                   std::string& out) {
  if (refused(x)) {
    decide_open(x);
    needs_reset_ = mail_taken_;
    now_ = stage::over;
    return std::nullopt;
  }
  if (x.code / 100 != 3)
    return breach("354", x);
  if (accepted_ == 0) { // RFC 2920, 3.1
    out += ".\r\n";
    now_ = stage::empty_dot;
    return std::nullopt;
  }
  // A dot alone would be delivered to those whom it took without a sender.
  if (!mail_taken_)
    return breach("it refused MAIL, then said 354");
  now_ = stage::content;
  return std::nullopt;
}

std::optional<reply> outgoing_transaction::on_dot(const reply& x) {
  if (!x.positive() && !refused(x))
    return breach("250", x);
  decide_open(x);
  now_ = stage::over;
  return std::nullopt;
}

// What became of a transaction whose chunk was refused is nowhere said: RSET
// makes it sure (RFC 3030, 2).
std::optional<reply> outgoing_transaction::on_chunk(const reply& x) {
  if (chunks_due_ == 0)
    return refused(x) ? x : breach("the content", x);
  if (!x.positive() && !refused(x))
    return breach("250", x);
  --chunks_due_;
  if (refused(x)) {
    decide_open(x);
    failed_ = true;
    needs_reset_ = mail_taken_;
  }
  if (chunks_due_ != 0 || (!last_sent_ && !failed_))
    return std::nullopt;
  decide_open(x);
  now_ = stage::over;
  return std::nullopt;
}

bool outgoing_transaction::wants_content() const noexcept {
  if (!chunked_)
    return now_ == stage::content;
  if (last_sent_ || failed_ || now_ == stage::over)
    return false;
  return early_ || (now_ == stage::chunks && (pipelined_ || chunks_due_ == 0));
}

sender::framing outgoing_transaction::way() const noexcept {
  return !chunked_          ? sender::framing::dots
         : envelope_.binary ? sender::framing::binary_chunks
                            : sender::framing::chunks;
}

sender::awaited outgoing_transaction::awaits() const noexcept {
  using awaited = sender::awaited;
  switch (now_) {
    case stage::mail:
    case stage::recipients:
    case stage::empty_dot:
      return awaited::command;
    case stage::data:
      return awaited::data;
    case stage::content:
      return awaited::content;
    case stage::dot:
      return awaited::dot;
    case stage::chunks:
      return last_sent_ ? awaited::dot : awaited::content;
    case stage::over:
      break;
  }
  return awaited::nothing;
}

void outgoing_transaction::content_sent() noexcept {
  if (now_ == stage::content)
    now_ = stage::dot;
}

void outgoing_transaction::begin_chunk(std::uint64_t octets, bool last,
                                       std::string& out) {
  out += "BDAT ";
  out += std::to_string(octets);
  out += last ? " LAST\r\n" : "\r\n";
  ++chunks_due_;
  last_sent_ = last;
}

bool outgoing_transaction::unanswered() const noexcept {
  return now_ == stage::dot || (last_sent_ && !failed_ && now_ != stage::over);
}

void outgoing_transaction::abandon(reply reason, bool in_doubt) {
  if (reason.code == 0)
    reason = by_us({451, {4, 4, 2}, "Connection lost"});
  if (in_doubt && unanswered())
    for (std::size_t i = 0; i < outcome_.replies.size(); ++i)
      if (outcome_.replies[i].code == 0)
        outcome_.in_doubt.push_back(i);
  const auto why = outcome_.in_doubt.empty()
                     ? reason
                     : by_us({reason.code, reason.enhanced,
                              "In doubt, for the whole message was sent and "
                              "its answer is missing: "
                                + reason.text});
  decide_open(why);
  outcome_.usable = false;
  now_ = stage::over;
}

void outgoing_transaction::decide(std::size_t recipient, const reply& x) {
  outcome_.replies[recipient]
    = {x.code, x.enhanced, x.text.substr(0, text_kept), x.ours};
}

void outgoing_transaction::decide_open(const reply& x) {
  for (std::size_t i = 0; i < outcome_.replies.size(); ++i)
    if (outcome_.replies[i].code == 0)
      decide(i, x);
}

} // namespace stagepost::smtp
