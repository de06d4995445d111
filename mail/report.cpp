#include "mail/report.hpp"

#include "mail/address.hpp"
#include "mail/date.hpp"
#include "mail/folding.hpp"
#include "mail/ip_address.hpp"
#include "mail/mime/seven_bit.hpp"
#include "mail/original_recipient.hpp"
#include "mail/utf8.hpp"
#include "mail/xtext.hpp"

#include <algorithm>

namespace stagepost {

namespace {

using kind = report_facts::kind;

constexpr std::size_t longest_address = 320; // 64 local, @, 255 domain
constexpr std::size_t most_returned = 64U << 10U;
constexpr std::size_t longest_line = 998; // RFC 5322, 2.1.1

// An address, or a host, from outside: nothing that ends its place.
std::string word(std::string_view text) {
  std::string out;
  if (is_ascii(text))
    out = printable(text, longest_address);
  else
    append_utf8_xtext(out, text.substr(0, longest_address));
  const bool quoted = text.starts_with('"'); // a space is a letter there
  std::replace_if(
    out.begin(), out.end(),
    [quoted](char c) {
      return (c == ' ' && !quoted) || c == '<' || c == '>' || c == ';';
    },
    '?');
  return out;
}

bool any_is(const report_facts& x, kind what) {
  return std::any_of(x.recipients.begin(), x.recipients.end(),
                     [what](const auto& r) { return r.what == what; });
}

// The worst of it.
kind kind_of(const report_facts& x) {
  if (any_is(x, kind::failure))
    return kind::failure;
  return any_is(x, kind::delay) ? kind::delay : kind::relayed;
}

std::string subject_of(kind x) {
  switch (x) {
    case kind::failure:
      return "Undelivered mail";
    case kind::delay:
      return "Delayed mail (delivery goes on)";
    case kind::relayed:
      return "Relayed mail";
  }
  return "";
}

/// An address stands in brackets where a name is expected (RFC 5321, 4.1.3).
std::string remote_name(const std::string& x) {
  const bool v6 = x.find(':') != std::string::npos;
  return is_ip_address(x) ? (v6 ? "[IPv6:" : "[") + x + ']' : word(x);
}

std::string action_of(kind x) {
  switch (x) {
    case kind::failure:
      return "failed";
    case kind::delay:
      return "delayed";
    case kind::relayed:
      return "relayed";
  }
  return "";
}

// -- the text that a person reads ---------------------------------------------

// As the sender wrote it, if it said so, for that is what it knows.
std::string name_of(const report_facts::recipient& x, bool utf8) {
  constexpr std::string_view plain = "rfc822;";
  const auto name = x.original.starts_with(plain)
                      ? std::string_view{x.original}.substr(plain.size())
                      : std::string_view{x.address};
  return utf8 && parse_mailbox(name, alphabet::utf8) ? std::string{name}
                                                     : word(name);
}

void append_words_said(std::string& out, const report_facts::recipient& x) {
  if (x.remote.empty())
    append_lines(out, "    ", "This mail system says:");
  else
    append_lines(out, "    ", "The host " + word(x.remote) + " answered:");
  std::string said;
  if (x.reply.code != 0)
    said = to_string(smtp::reply{x.reply.code, x.reply.enhanced, {}});
  std::string_view rest = x.reply.text;
  rest = rest.substr(0, 1000);
  while (!rest.empty()) {
    const auto line = rest.substr(0, rest.find('\n'));
    rest.remove_prefix(std::min(rest.size(), line.size() + 1));
    if (!said.empty() && !line.empty())
      said += ' ';
    append_lines(out, "    > ", said + printable(line));
    said.clear();
  }
  if (!said.empty())
    append_lines(out, "    > ", said);
}

std::string what_follows(const report_facts::recipient& x) {
  if (x.what == kind::relayed)
    return "That system does not report deliveries: this is the last you hear "
           "from here.";
  if (x.what == kind::delay)
    return "It is tried again until " + rfc5322_date(x.will_retry_until)
           + ". You need not send it again.";
  if (x.reply.temporary() && !x.tried)
    return "It has not been tried, and will not be.";
  if (x.reply.temporary())
    return "It was tried until " + rfc5322_date(x.last_attempt)
           + " and will not be tried again.";
  return "It will not be tried again. Please check the address, or reach "
         "this person in another way.";
}

std::string what_happened(kind x) {
  switch (x) {
    case kind::failure:
      return ", could not be delivered to all of its recipients.";
    case kind::delay:
      return ", could not be delivered yet. This is a warning; delivery goes "
             "on.";
    case kind::relayed:
      return ", was handed on to another system, as you asked to be told.";
  }
  return "";
}

std::string what_is_attached(const report_facts& x) {
  if (!x.original_message.empty())
    return "Your message is attached";
  return x.too_much ? "The header of your message is attached (all of it is "
                      "too much for a report, or not plain text)"
                    : "The header of your message is attached";
}

std::string text_of(const report_facts& x) {
  std::string out;
  append_lines(out, "",
               "This is the mail system of " + word(x.reporting_mta) + '.');
  out += "\r\n";
  append_lines(out, "",
               "Your message, which it received on " + rfc5322_date(x.arrived)
                 + what_happened(kind_of(x)));
  for (const auto& r : x.recipients) {
    out += "\r\n<";
    out += name_of(r, x.utf8);
    out += r.what == kind::failure ? ">: not delivered\r\n"
                                   : ">: " + action_of(r.what) + "\r\n";
    append_words_said(out, r);
    append_lines(out, "    ", what_follows(r));
  }
  out += "\r\n";
  append_lines(out, "",
               what_is_attached(x)
                 + ", and so are these facts in a form for programs. In "
                   "questions to the postmaster, please name the message by "
                 + to_string(x.original) + '.');
  return out;
}

// -- message/delivery-status (RFC 3464, 2) ------------------------------------

std::string status_of(const report_facts::recipient& x) {
  const auto& code = x.reply.enhanced;
  if (x.what == kind::relayed)
    return code.cls == 2 ? to_string(code) : "2.0.0";
  if (code.cls == 4 || code.cls == 5)
    return to_string(code);
  const bool permanent
    = x.reply.permanent() || (x.what == kind::failure && !x.reply.temporary());
  return permanent ? "5.0.0" : "4.0.0";
}

void append_recipient(std::string& out, const report_facts::recipient& x) {
  if (!x.original.empty()) {
    std::string original;
    append_original_recipient_field(original, x.original);
    append_field(out, "Original-Recipient", printable(original));
  }
  append_field(out, "Final-Recipient",
               (is_ascii(x.address) ? "rfc822; " : "utf-8; ")
                 + word(x.address));
  append_field(out, "Action", action_of(x.what));
  append_field(out, "Status", status_of(x));
  if (!x.remote.empty())
    append_field(out, "Remote-MTA", "dns; " + remote_name(x.remote));
  if (x.reply.code != 0)
    append_field(out, "Diagnostic-Code",
                 (x.remote.empty() ? "X-Stagepost; " : "smtp; ")
                   + printable(to_string(x.reply)));
  if (x.tried)
    append_field(out, "Last-Attempt-Date", rfc5322_date(x.last_attempt));
  if (x.what == kind::delay)
    append_field(out, "Will-Retry-Until", rfc5322_date(x.will_retry_until));
}

std::string status_fields(const report_facts& x) {
  std::string out;
  append_field(out, "Reporting-MTA", "dns; " + word(x.reporting_mta));
  append_field(out, "X-Stagepost-Queue-ID", to_string(x.original));
  if (!x.envid.empty())
    append_field(out, "Original-Envelope-Id", printable(x.envid));
  append_field(out, "Arrival-Date", rfc5322_date(x.arrived));
  for (const auto& r : x.recipients) {
    out += "\r\n";
    append_recipient(out, r);
  }
  return out;
}

// -- the whole ----------------------------------------------------------------

std::string boundary_for(const report_facts& x, std::string_view content) {
  auto out = "=_" + to_string(x.report);
  while (content.find(out) != std::string_view::npos)
    out += "_x";
  return out;
}

// Where it may be UTF-8 it must be: `To` knows no other way to write it.
std::string reader_of(const report_facts& x) {
  const auto found = parse_mailbox(x.sender, alphabet::utf8);
  return found && !is_ascii(*found) ? x.sender : word(x.sender);
}

std::string header_fields(const report_facts& x, std::string_view boundary) {
  std::string out;
  const auto host = word(x.reporting_mta);
  append_field(out, "From",
               "Mail Delivery System <MAILER-DAEMON@" + host + '>');
  append_field(out, "To", '<' + reader_of(x) + '>');
  append_field(out, "Subject", subject_of(kind_of(x)));
  append_field(out, "Date", rfc5322_date(x.now));
  append_field(out, "Message-ID", '<' + to_string(x.report) + '@' + host + '>');
  append_field(out, "Auto-Submitted", "auto-replied");
  append_field(out, "MIME-Version", "1.0");
  append_field(out, "Content-Type",
               "multipart/report; report-type=delivery-status; boundary=\""
                 + std::string(boundary) + '"');
  return out;
}

void append_part(std::string& out, std::string_view boundary,
                 std::string_view type, std::string_view description,
                 std::string_view content) {
  out += "\r\n--";
  out += boundary;
  out += "\r\n";
  append_field(out, "Content-Description", description);
  append_field(out, "Content-Type", type);
  out += "\r\n";
  out += content;
}

bool becomes_seven_bit(std::string_view message) {
  mime::seven_bit_survey through;
  through.feed(message);
  return through.finish().fault.empty();
}

} // namespace

std::string compose_report(const report_facts& facts) {
  const auto text = text_of(facts);
  const auto fields = status_fields(facts);
  const bool whole = !facts.original_message.empty();
  auto original = facts.original_message;
  const bool global = facts.utf8 && !is_ascii(facts.original_header);
  if (!whole)
    append_foreign_header(original, facts.original_header, global);
  const auto boundary = boundary_for(facts, text + fields + original);
  auto out = header_fields(facts, boundary);
  append_part(out, boundary,
              is_ascii(text) ? "text/plain; charset=us-ascii"
                             : "text/plain; charset=utf-8",
              "Notification", text);
  append_part(out, boundary, "message/delivery-status", "Delivery report",
              fields);
  append_part(out, boundary,
              whole    ? "message/rfc822"
              : global ? "message/global-headers"
                       : "text/rfc822-headers; charset=us-ascii",
              whole ? "The message" : "Header of the message", original);
  out += "\r\n--";
  out += boundary;
  out += "--\r\n";
  return out;
}

bool can_be_returned(std::string_view message) {
  if (message.size() > most_returned || !message.ends_with("\r\n")
      || message.find('\0') != std::string_view::npos
      || !(is_ascii(message) || becomes_seven_bit(message)))
    return false;
  while (!message.empty()) {
    const auto end = message.find_first_of("\r\n");
    if (end > longest_line || message.substr(end, 2) != "\r\n")
      return false;
    message.remove_prefix(end + 2);
  }
  return true;
}

std::string header_of(std::string_view message, std::size_t limit) {
  if (message.starts_with("\r\n"))
    return {};
  const bool whole = message.size() <= limit;
  message = message.substr(0, limit);
  const auto empty_line = message.find("\r\n\r\n");
  if (empty_line != std::string_view::npos)
    return std::string(message.substr(0, empty_line + 2));
  const auto last = message.rfind("\r\n");
  if (!whole)
    return std::string(
      message.substr(0, last == std::string_view::npos ? 0 : last + 2));
  std::string out(message);
  if (!out.empty() && !out.ends_with("\r\n"))
    out += "\r\n";
  return out;
}

} // namespace stagepost
