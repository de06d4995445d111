#include "mail/report.hpp"

#include "mail/date.hpp"
#include "mail/folding.hpp"

#include <algorithm>

namespace stagepost {

namespace {

using kind = report_facts::kind;

constexpr std::size_t longest_address = 320; // 64 local, @, 255 domain

// An address, or a host, from outside: nothing that ends its place.
std::string word(std::string_view text) {
  auto out = printable(text, longest_address);
  std::replace_if(
    out.begin(), out.end(),
    [](char c) { return c == ' ' || c == '<' || c == '>' || c == ';'; }, '?');
  return out;
}

bool any_failed(const report_facts& x) {
  return std::any_of(x.recipients.begin(), x.recipients.end(),
                     [](const auto& r) { return r.what == kind::failure; });
}

// -- the text that a person reads ---------------------------------------------

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
  if (x.what == kind::delay)
    return "It is tried again until " + rfc5322_date(x.will_retry_until)
           + ". You need not send it again.";
  if (x.reply.temporary())
    return "It was tried until " + rfc5322_date(x.last_attempt)
           + " and will not be tried again.";
  return "It will not be tried again. Please check the address, or reach "
         "this person in another way.";
}

std::string text_of(const report_facts& x) {
  std::string out;
  append_lines(out, "",
               "This is the mail system of " + word(x.reporting_mta) + '.');
  out += "\r\n";
  append_lines(out, "",
               "Your message, which it received on " + rfc5322_date(x.arrived)
                 + (any_failed(x)
                      ? ", could not be delivered to all of its recipients."
                      : ", could not be delivered yet. This is a warning; "
                        "delivery goes on."));
  for (const auto& r : x.recipients) {
    out += "\r\n<";
    out += word(r.address);
    out += r.what == kind::failure ? ">: not delivered\r\n" : ">: delayed\r\n";
    append_words_said(out, r);
    append_lines(out, "    ", what_follows(r));
  }
  out += "\r\n";
  append_lines(out, "",
               "The header of your message is attached, and so are these "
               "facts in a form for programs. In questions to the postmaster, "
               "please name the message by "
                 + to_string(x.original) + '.');
  return out;
}

// -- message/delivery-status (RFC 3464, 2) ------------------------------------

std::string status_of(const report_facts::recipient& x) {
  const auto& code = x.reply.enhanced;
  if (code.cls == 4 || code.cls == 5)
    return to_string(code);
  const bool permanent
    = x.reply.permanent() || (x.what == kind::failure && !x.reply.temporary());
  return permanent ? "5.0.0" : "4.0.0";
}

void append_recipient(std::string& out, const report_facts::recipient& x) {
  append_field(out, "Final-Recipient", "rfc822; " + word(x.address));
  append_field(out, "Action", x.what == kind::failure ? "failed" : "delayed");
  append_field(out, "Status", status_of(x));
  if (!x.remote.empty())
    append_field(out, "Remote-MTA", "dns; " + word(x.remote));
  if (x.reply.code != 0)
    append_field(out, "Diagnostic-Code",
                 (x.remote.empty() ? "X-Stagepost; " : "smtp; ")
                   + printable(to_string(x.reply)));
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

std::string header_fields(const report_facts& x, std::string_view boundary) {
  std::string out;
  const auto host = word(x.reporting_mta);
  append_field(out, "From",
               "Mail Delivery System <MAILER-DAEMON@" + host + '>');
  append_field(out, "To", '<' + word(x.sender) + '>');
  append_field(out, "Subject",
               any_failed(x) ? "Undelivered mail"
                             : "Delayed mail (delivery goes on)");
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

} // namespace

std::string compose_report(const report_facts& facts) {
  const auto text = text_of(facts);
  const auto fields = status_fields(facts);
  std::string original;
  append_foreign_header(original, facts.original_header);
  const auto boundary = boundary_for(facts, text + fields + original);
  auto out = header_fields(facts, boundary);
  append_part(out, boundary, "text/plain; charset=us-ascii", "Notification",
              text);
  append_part(out, boundary, "message/delivery-status", "Delivery report",
              fields);
  append_part(out, boundary, "text/rfc822-headers; charset=us-ascii",
              "Header of the message", original);
  out += "\r\n--";
  out += boundary;
  out += "--\r\n";
  return out;
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
