#include "config/endpoint.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;

constexpr choice<listener_protocol> protocols[]
  = {{"smtp", listener_protocol::smtp},
     {"http", listener_protocol::http},
     {"pop3", std::nullopt},
     {"lmtp", std::nullopt}};

constexpr choice<listener_tls> tls_modes[]
  = {{"none", listener_tls::none},
     {"starttls", listener_tls::starttls},
     {"implicit", listener_tls::implicit}};

constexpr choice<bool> newline_rules[]
  = {{"reject", false}, {"normalize", true}};

void read_protocol(const yaml_value& x, listener_protocol& out, report& r) {
  read_choice(x, protocols, out, r, "protocol");
}

void read_mode(const yaml_value& x, listener_tls& out, report& r) {
  read_choice(x, tls_modes, out, r, "tls");
}

void read_newline_rule(const yaml_value& x, bool& out, report& r) {
  read_choice(x, newline_rules, out, r, "rule");
}

void read_address(const yaml_value& x, endpoint& out, report& r) {
  constexpr std::string_view wanted
    = "an IP address with a port, such as \"0.0.0.0:25\" or \"[::]:25\"";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (const auto address = parse_endpoint(*text))
    out = *address;
  else if (address.error() == format_errc::out_of_range)
    r.complain(x.at, "the port of " + backquoted(*text) + " is over 65535");
  else
    refuse(x, r, wanted);
}

void read_banner(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "up to 200 characters of printable ASCII";
  if (const auto* text = want_text(x, r, wanted)) {
    if (text->size() <= 200
        && std::all_of(text->begin(), text->end(),
                       [](char c) { return c >= ' ' && c <= '~'; }))
      out = *text;
    else
      refuse(x, r, wanted);
  }
}

bool is_none(const yaml_value& x) {
  return x.is == kind::text && x.text == "none";
}

bool is_false(const yaml_value& x) {
  return x.is == kind::text && x.text == "false";
}

bool is_empty(const yaml_value& x) {
  return x.is != kind::text && x.items.empty() && x.entries.empty();
}

constexpr key<listener> keys[] = {
  {"name", into<&listener::name, read_name>,
   "The listener's name, for routes and the log.", true},
  {"protocol", into<&listener::protocol, read_protocol>,
   "What is spoken there: smtp or http."},
  {"address", into<&listener::address, read_address>,
   "IP address and port; port 0: the system chooses.", true},
  {"tls", into<&listener::tls, read_mode>,
   "none, starttls (offered), or implicit (from the first octet)."},
  {"banner", into<&listener::banner, read_banner>,
   "What follows the host name in the greeting."},
  {"pipelining", into<&listener::pipelining, read_flag>,
   "Whether PIPELINING is announced."},
  {"bare_newline", into<&listener::normalize_bare_newline, read_newline_rule>,
   "A bare CR or LF in a message: reject it, or normalize it to CRLF."},
  {"limits", into<&listener::limits, read_own_limits>,
   "This listener's own limits, on top of the section `limits`."},
  {.name = "auth",
   .meaning = "Whether clients may or must log in.",
   .harmless = is_none},
  {.name = "auth_without_tls",
   .meaning = "Whether passwords are taken in clear text.",
   .harmless = is_false},
  {.name = "mechanisms", .meaning = "The SASL mechanisms on offer."},
  {.name = "proxy_protocol",
   .meaning = "The proxies whose PROXY header is believed.",
   .harmless = is_empty},
  {.name = "xclient",
   .meaning = "The clients whose XCLIENT is believed.",
   .harmless = is_empty},
  {.name = "require", .meaning = "What clients must have done before MAIL."},
};

/// What only means something in SMTP.
constexpr std::string_view smtp_keys[]
  = {"banner", "pipelining", "bare_newline", "limits"};

void read_listener(const yaml_value& x, listener& out, report& r) {
  read_map(x, keys, out, r);
  if (out.protocol != listener_protocol::http)
    return;
  for (const auto name : smtp_keys)
    if (const auto* entry = x.find(name))
      r.complain(entry->at,
                 backquoted(name) + " is for listeners of protocol smtp");
  if (out.tls == listener_tls::starttls)
    r.complain(x.find("tls")->value.at, "there is no STARTTLS in HTTP");
  else if (out.tls == listener_tls::implicit)
    r.complain(x.find("tls")->value.at,
               "tls `implicit` of an http listener is not available in this "
               "version yet");
}

} // namespace

void read_listeners(const yaml_value& x, const limits_section& limits,
                    std::vector<listener>& out, report& r) {
  if (x.is == kind::text || x.is == kind::map)
    r.complain(x.at,
               "`listeners` wants a list, not " + std::string(to_string(x.is)));
  for (const auto& item : x.items) {
    out.emplace_back().limits = limits;
    read_listener(item, out.back(), r);
  }
}

void describe_listeners(std::vector<known_key>& out) {
  describe(out, "listeners[].", keys);
}

} // namespace stagepost::config
