#include "mail/smtp/envelope_check.hpp"

#include "mail/notify.hpp"
#include "mail/original_recipient.hpp"
#include "mail/utf8.hpp"
#include "mail/xtext.hpp"

#include <algorithm>

namespace stagepost::smtp {

namespace {

/// Whether an address could end its place in the command. In a quoted local
/// part (RFC 5321, 4.1.2) spaces and angle brackets are as good as letters.
bool breaks_out(std::string_view address) {
  bool quoted = false;
  for (std::size_t i = 0; i < address.size(); ++i) {
    const auto c = address[i];
    if ((c >= 0 && c < ' ') || c == '\x7f')
      return true;
    if (!quoted && (c == ' ' || c == '<' || c == '>'))
      return true;
    if (c == '"')
      quoted = !quoted;
    else if (quoted && c == '\\' && i + 1 < address.size()
             && address[i + 1] >= ' ')
      ++i;
  }
  return quoted;
}

bool needs_smtputf8(const sender::envelope& x) {
  return x.smtputf8 || !is_ascii(x.sender)
         || std::any_of(x.recipients.begin(), x.recipients.end(),
                        [](const auto& r) { return !is_ascii(r.address); });
}

std::string reason_of(const sender::envelope& x) {
  return x.stays_eight_bit.empty()
           ? std::string{}
           : "; it can't be changed, for " + x.stays_eight_bit;
}

std::optional<reply> refusal_of_content(const sender::envelope& x,
                                        const capabilities& server) {
  // First, as such a message is 8bit for this reason.
  if (x.smtputf8 && !server.smtputf8)
    return reply{
      554, {5, 6, 7}, "Message needs SMTPUTF8, which the server does not take"};
  if (x.binary && !(server.chunking && server.binary_mime))
    return reply{554,
                 {5, 6, 3},
                 "Message is binary, and the server takes text only"
                   + reason_of(x)};
  if (x.eight_bit && !server.eight_bit_mime)
    return reply{554,
                 {5, 6, 3},
                 "Message is 8bit, and the server takes 7bit" + reason_of(x)};
  if (server.size_limit != 0 && x.size > server.size_limit)
    return reply{552,
                 {5, 3, 4},
                 "Message is larger than the "
                   + std::to_string(server.size_limit)
                   + " octets that the server takes"};
  return std::nullopt;
}

} // namespace

std::optional<reply> refusal_of(const sender::envelope& x,
                                const capabilities& server, bool verified) {
  if (breaks_out(x.sender) || !is_utf8(x.sender))
    return reply{501, {5, 1, 7}, "Sender address holds forbidden characters"};
  if (!is_ascii(x.sender) && !server.smtputf8)
    return reply{553, {5, 6, 7}, "Sender address is not ASCII"};
  // A report is better in clear than lost (RFC 8689, 5).
  if (x.require_tls && !x.sender.empty() && !(verified && server.require_tls))
    return reply{550, {5, 7, 30}, "REQUIRETLS support required"};
  return refusal_of_content(x, server);
}

std::optional<reply> refusal_of(std::string_view recipient,
                                const capabilities& server) {
  if (recipient.empty())
    return reply{501, {5, 1, 3}, "Recipient address is empty"};
  if (breaks_out(recipient) || !is_utf8(recipient))
    return reply{
      501, {5, 1, 3}, "Recipient address holds forbidden characters"};
  if (!is_ascii(recipient) && !server.smtputf8)
    return reply{553, {5, 6, 7}, "Recipient address is not ASCII"};
  return std::nullopt;
}

bool wants_seven_bit(const sender::envelope& x,
                     const capabilities& server) noexcept {
  return (x.binary && !(server.chunking && server.binary_mime))
         || (x.eight_bit && !server.eight_bit_mime);
}

void append_mail(std::string& out, const sender::envelope& x,
                 const capabilities& server) {
  out += "MAIL FROM:<";
  out += x.sender;
  out += '>';
  if (server.size && x.size != 0 && !x.resized) {
    out += " SIZE=";
    out += std::to_string(x.size);
  }
  if (x.binary)
    out += " BODY=BINARYMIME";
  else if (x.eight_bit)
    out += " BODY=8BITMIME";
  if (server.smtputf8 && needs_smtputf8(x))
    out += " SMTPUTF8";
  if (x.require_tls && server.require_tls)
    out += " REQUIRETLS";
  if (server.dsn && x.returns != sender::returns::unsaid)
    out += x.returns == sender::returns::full ? " RET=FULL" : " RET=HDRS";
  if (server.dsn && !x.id.empty()) {
    out += " ENVID=";
    append_xtext(out, x.id);
  }
  out += "\r\n";
}

void append_rcpt(std::string& out, const sender::recipient& x, bool dsn) {
  out += "RCPT TO:<";
  out += x.address;
  out += '>';
  if (dsn && x.notify != 0) {
    out += " NOTIFY=";
    append_notify(out, x.notify);
  }
  if (dsn && !x.original.empty()) {
    out += " ORCPT=";
    append_original_recipient(out, x.original);
  }
  out += "\r\n";
}

} // namespace stagepost::smtp
