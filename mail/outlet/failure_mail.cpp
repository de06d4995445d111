#include "mail/outlet/failure_mail.hpp"

#include "mail/address.hpp"
#include "mail/ascii.hpp"
#include "mail/date.hpp"
#include "mail/dkim/header.hpp"
#include "mail/folding.hpp"
#include "mail/mime/transfer_encoding.hpp"
#include "mail/outlet/mail_template.hpp"
#include "mail/utf8.hpp"

#include <algorithm>

namespace stagepost::outlet {

namespace {

constexpr std::string_view plain_text
  = "Your message could not be processed.\n"
    "\n"
    "Subject:   {{subject}}\n"
    "To:        {{recipients}}\n"
    "Received:  {{arrived}}\n"
    "\n"
    "What happened:\n"
    "{{reason}}\n"
    "{{detail}}\n"
    "\n"
    "What to do:\n"
    "{{advice}}\n"
    "\n"
    "In questions to the postmaster of {{hostname}}, please name the message "
    "by {{id}}.\n"
    "Its header is attached.\n";

constexpr std::string_view html_text
  = "<!doctype html>\n"
    "<html><head><meta charset=\"utf-8\"></head>\n"
    "<body style=\"font-family: sans-serif\">\n"
    "<p><b>Your message could not be processed.</b></p>\n"
    "<table>\n"
    "<tr><td>Subject</td><td>{{subject}}</td></tr>\n"
    "<tr><td>To</td><td>{{recipients}}</td></tr>\n"
    "<tr><td>Received</td><td>{{arrived}}</td></tr>\n"
    "</table>\n"
    "<p><b>What happened</b><br>{{reason}}<br>{{detail}}</p>\n"
    "<p><b>What to do</b><br>{{advice}}</p>\n"
    "<p>In questions to the postmaster of {{hostname}}, please name the "
    "message by <code>{{id}}</code>. Its header is attached.</p>\n"
    "</body></html>\n";

constexpr std::size_t longest_value = 4'000;

/// Text from outside as a person can read it: UTF-8, no control characters but
/// line ends.
std::string clean(std::string_view text) {
  text = text.substr(0, longest_value);
  std::string out;
  while (!text.empty()) {
    const auto c = first_character(text);
    const auto n = std::max<std::size_t>(c.length, 1);
    const bool control = c.code < 0x20 || (c.code >= 0x7f && c.code < 0xa0);
    if (c.length == 0)
      out += '?';
    else if (text.front() == '\n' || !control)
      out += text.substr(0, n);
    else if (text.front() != '\r')
      out += ' ';
    text.remove_prefix(n);
  }
  return out;
}

std::string advice_for(const failure_facts& x) {
  return x.for_now
           ? "The failure may pass. Your mail program may try again by itself; "
             "if it does not, please send the message again later."
           : "Sending the same message again will not help. Please check what "
             "it contains, or send it in another form.";
}

std::string encoded(std::string_view text) {
  std::string lines; // with CRLF, as text parts have
  for (const char c : text) {
    if (c == '\n' && !lines.ends_with('\r'))
      lines += '\r';
    lines += c;
  }
  std::string out;
  mime::base64_encoder as;
  as.encode(lines, out);
  as.finish(out);
  return out + "\r\n";
}

void append_text(std::string& out, const std::string& boundary,
                 std::string_view type, std::string_view text) {
  out += "\r\n--" + boundary + "\r\n";
  append_field(out, "Content-Type", std::string(type) + "; charset=utf-8");
  append_field(out, "Content-Transfer-Encoding", "base64");
  out += "\r\n" + encoded(text);
}

std::string reader_of(const failure_facts& x) {
  const auto found = parse_mailbox(x.sender, alphabet::utf8);
  return found && !is_ascii(*found) ? x.sender : printable(x.sender, 320);
}

std::string header_fields(const failure_facts& x, const std::string& boundary) {
  const auto host = printable(x.hostname, 255);
  std::string out;
  append_field(out, "From",
               "Mail Delivery System <MAILER-DAEMON@" + host + '>');
  append_field(out, "To", '<' + reader_of(x) + '>');
  append_field(out, "Subject", "Your message could not be processed");
  append_field(out, "Date", rfc5322_date(x.now));
  append_field(out, "Message-ID", '<' + to_string(x.own) + '@' + host + '>');
  append_field(out, "Auto-Submitted", "auto-replied");
  append_field(out, "MIME-Version", "1.0");
  append_field(out, "Content-Type",
               "multipart/mixed; boundary=\"" + boundary + '"');
  return out;
}

std::string value_of(const dkim::header& x, std::string_view name) {
  const auto* field = x.find(name);
  return field == nullptr ? "" : lower(field->value());
}

std::string first_word(std::string_view text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  text.remove_prefix(std::min(begin, text.size()));
  return std::string(text.substr(0, text.find_first_of(" \t\r\n;(")));
}

bool has(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

} // namespace

const failure_templates& built_in_templates() {
  static const failure_templates all{std::string(plain_text),
                                     std::string(html_text)};
  return all;
}

std::map<std::string, std::string, std::less<>>
template_values(const failure_facts& x) {
  std::string recipients;
  for (const auto& y : x.recipients)
    recipients += (recipients.empty() ? "" : ", ") + y;
  // Nobody wants to read the same words twice.
  const bool said = has(x.reason, x.detail);
  return {
    {"sender", clean(x.sender)},   {"recipients", clean(recipients)},
    {"subject", clean(x.subject)}, {"outlet", x.outlet},
    {"reason", clean(x.reason)},   {"detail", said ? "" : clean(x.detail)},
    {"advice", advice_for(x)},     {"arrived", rfc5322_date(x.arrived)},
    {"id", to_string(x.original)}, {"hostname", x.hostname}};
}

std::string compose_failure_mail(const failure_facts& x,
                                 const failure_templates& by) {
  const auto values = template_values(x);
  std::string header;
  append_foreign_header(header, x.original_header);
  auto outer = "=_" + to_string(x.own);
  while (header.find(outer) != std::string::npos)
    outer += "_x";
  const auto inner = outer + "_both";
  auto out = header_fields(x, outer);
  out += "\r\n--" + outer + "\r\n";
  append_field(out, "Content-Type",
               "multipart/alternative; boundary=\"" + inner + '"');
  append_text(out, inner, "text/plain",
              fill(by.text, values, template_kind::plain));
  append_text(out, inner, "text/html",
              fill(by.html, values, template_kind::html));
  out += "\r\n--" + inner + "--\r\n";
  out += "\r\n--" + outer + "\r\n";
  append_field(out, "Content-Description", "Header of the message");
  append_field(out, "Content-Type", "text/rfc822-headers; charset=us-ascii");
  out += "\r\n" + header + "\r\n--" + outer + "--\r\n";
  return out;
}

bool may_be_answered(std::string_view header) {
  const auto found = dkim::read_header(header);
  if (!found) // Who can't write a header would not read the answer.
    return false;
  const auto submitted = first_word(value_of(*found, "Auto-Submitted"));
  if (!submitted.empty() && submitted != "no")
    return false;
  const auto precedence = value_of(*found, "Precedence");
  for (const std::string_view word : {"bulk", "list", "junk", "auto_reply"})
    if (has(precedence, word))
      return false;
  for (const std::string_view name :
       {"List-Id", "List-Unsubscribe", "List-Post", "X-Auto-Response-Suppress"})
    if (found->find(name) != nullptr)
      return false;
  return true;
}

} // namespace stagepost::outlet
