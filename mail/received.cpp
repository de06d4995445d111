#include "mail/received.hpp"

#include "mail/date.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <string_view>

namespace stagepost {

namespace {

constexpr std::size_t longest_name = 255;    // RFC 5321, 4.5.3.1.2
constexpr std::size_t longest_address = 320; // 64 local, @, 255 domain

bool in_a_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')
         || (c >= '0' && c <= '9') || c == '.' || c == '-' || c == '_';
}

bool in_a_literal(char c) {
  return in_a_name(c) || c == ':';
}

bool in_a_comment(char c) {
  return in_a_literal(c) || c == ' ' || c == '+' || c == '=' || c == '/';
}

bool in_a_subject(char c) {
  return in_a_comment(c) || c == ',' || c == '@' || c == '*' || c == '\'';
}

bool in_a_path(char c) {
  return c >= ' ' && c < '\x7f' && c != '<' && c != '>';
}

template <class Allowed>
void append(std::string& out, std::string_view text, std::size_t longest,
            Allowed allowed) {
  const auto from = static_cast<std::ptrdiff_t>(out.size());
  out += text.substr(0, longest);
  std::replace_if(
    out.begin() + from, out.end(), [&](char c) { return !allowed(c); }, '?');
}

// Brackets stand only around an address literal, so that no parser of the
// field waits for one that never comes.
void append_helo(std::string& out, std::string_view helo) {
  const bool literal
    = helo.size() > 2 && helo.front() == '[' && helo.back() == ']';
  if (literal) {
    out += '[';
    append(out, helo.substr(1, helo.size() - 2), longest_name, in_a_literal);
    out += ']';
  } else if (helo.empty()) {
    out += "unknown";
  } else {
    append(out, helo, longest_name, in_a_name);
  }
}

void append_client(std::string& out, std::string_view address) {
  if (address.empty())
    return;
  out += " ([";
  if (address.find(':') != std::string_view::npos)
    out += "IPv6:";
  append(out, address, longest_name, in_a_literal);
  out += "])";
}

// RFC 3848, and RFC 6531, 4.3, for those with SMTPUTF8. There are no names for
// a HELO followed by TLS or AUTH.
void append_protocol(std::string& out, const received_facts& x) {
  if (!x.extended) {
    out += "SMTP";
    return;
  }
  if (x.utf8)
    out += x.lmtp ? "UTF8LMTP" : "UTF8SMTP";
  else
    out += x.lmtp ? "LMTP" : "ESMTP";
  if (!x.tls.empty())
    out += 'S';
  if (x.authenticated)
    out += 'A';
}

} // namespace

std::string received_field(const received_facts& x) {
  std::string out;
  out.reserve(320);
  out += "Received: from ";
  append_helo(out, x.helo);
  append_client(out, x.client_address);
  if (!x.tls.empty()) {
    out += "\r\n\t(";
    append(out, x.tls, longest_name, in_a_comment);
    out += ')';
  }
  if (!x.client_certificate.empty()) {
    out += "\r\n\t(client certificate ";
    append(out, x.client_certificate, longest_name, in_a_subject);
    out += ')';
  }
  out += "\r\n\tby ";
  append_helo(out, x.by);
  out += " with ";
  append_protocol(out, x);
  out += " id ";
  out += to_string(x.id);
  // A field is ASCII here: other letters do not say for whom, and stay out.
  if (!x.only_recipient.empty() && is_ascii(x.only_recipient)) {
    out += "\r\n\tfor <";
    append(out, x.only_recipient, longest_address, in_a_path);
    out += '>';
  }
  out += ";\r\n\t";
  out += rfc5322_date(x.at);
  out += "\r\n";
  return out;
}

} // namespace stagepost
