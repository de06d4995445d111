#include "mail/smtp/outgoing_transaction.hpp"

#include "mail/smtp/breach.hpp"
#include "mail/smtp/envelope_check.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

namespace {

constexpr std::size_t text_kept = 2048; // of a reply, for each recipient

} // namespace

outgoing_transaction::outgoing_transaction(sender::envelope x,
                                           const capabilities& server,
                                           bool verified, std::string& out)
  : envelope_(std::move(x)), pipelined_(server.pipelining), dsn_(server.dsn) {
  outcome_.replies.resize(envelope_.recipients.size());
  outcome_.reports = dsn_;
  if (const auto refusal = refusal_of(envelope_, server, verified)) {
    decide_open(*refusal);
    return;
  }
  for (std::size_t i = 0; i < envelope_.recipients.size(); ++i) {
    if (const auto refusal
        = refusal_of(envelope_.recipients[i].address, server))
      decide(i, *refusal);
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
  now_ = stage::data;
  if (pipelined_)
    return;
  if (accepted_ != 0) {
    out += "DATA\r\n";
    return;
  }
  needs_reset_ = true;
  now_ = stage::over;
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

void outgoing_transaction::content_sent() noexcept {
  if (now_ == stage::content)
    now_ = stage::dot;
}

void outgoing_transaction::abandon(const reply& reason) {
  decide_open(reason.code != 0 ? reason
                               : reply{451, {4, 4, 2}, "Connection lost"});
  outcome_.usable = false;
  now_ = stage::over;
}

void outgoing_transaction::decide(std::size_t recipient, const reply& x) {
  outcome_.replies[recipient]
    = {x.code, x.enhanced, x.text.substr(0, text_kept)};
}

void outgoing_transaction::decide_open(const reply& x) {
  for (std::size_t i = 0; i < outcome_.replies.size(); ++i)
    if (outcome_.replies[i].code == 0)
      decide(i, x);
}

} // namespace stagepost::smtp
