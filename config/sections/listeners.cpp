#include "config/endpoint.hpp"
#include "config/host_name.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>
#include <iterator>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;

constexpr choice<listener_protocol> protocols[]
  = {{"smtp", listener_protocol::smtp},
     {"lmtp", listener_protocol::lmtp},
     {"http", listener_protocol::http},
     {"pop3", std::nullopt}};

constexpr choice<listener_tls> tls_modes[]
  = {{"none", listener_tls::none},
     {"starttls", listener_tls::starttls},
     {"implicit", listener_tls::implicit}};

constexpr choice<bool> newline_rules[]
  = {{"reject", false}, {"normalize", true}};

constexpr choice<listener_auth> logins[]
  = {{"none", listener_auth::none},
     {"optional", listener_auth::optional},
     {"required", listener_auth::required}};

constexpr choice<sasl_mechanism> mechanisms[]
  = {{"PLAIN", sasl_mechanism::plain},
     {"LOGIN", sasl_mechanism::login},
     {"SCRAM-SHA-256", sasl_mechanism::scram_sha_256},
     {"SCRAM-SHA-256-PLUS", sasl_mechanism::scram_sha_256_plus}};

constexpr choice<bool> demands[] = {{"tls", true}};

constexpr choice<client_certificates> certificate_rules[]
  = {{"none", client_certificates::none},
     {"request", client_certificates::request},
     {"require", client_certificates::require}};

constexpr std::string_view ehlo_keywords[]
  = {"PIPELINING", "SIZE",       "8BITMIME", "SMTPUTF8",
     "CHUNKING",   "BINARYMIME", "DSN",      "ENHANCEDSTATUSCODES",
     "REQUIRETLS", "LIMITS",     "AUTH",     "STARTTLS",
     "XCLIENT",    "XEGRESS"};

void read_protocol(const yaml_value& x, listener_protocol& out, report& r) {
  read_choice(x, protocols, out, r, "protocol");
}

void read_mode(const yaml_value& x, listener_tls& out, report& r) {
  read_choice(x, tls_modes, out, r, "tls");
}

void read_newline_rule(const yaml_value& x, bool& out, report& r) {
  read_choice(x, newline_rules, out, r, "rule");
}

void read_login(const yaml_value& x, listener_auth& out, report& r) {
  read_choice(x, logins, out, r, "rule");
}

void read_mechanism(const yaml_value& x, sasl_mechanism& out, report& r) {
  read_choice(x, mechanisms, out, r, "mechanism");
}

void read_mechanisms(const yaml_value& x, std::vector<sasl_mechanism>& out,
                     report& r) {
  read_one_or_list<read_mechanism>(x, out, r);
  if (out.empty() && (x.is == kind::list || x.is == kind::empty))
    r.complain(x.at, "`mechanisms` is empty: nobody could log in");
  refuse_repeated(x, r, "mechanism");
}

void read_demand(const yaml_value& x, bool& out, report& r) {
  read_choice(x, demands, out, r, "demand");
}

/// A list, although there is one word yet: the demands of later versions stand
/// beside it.
void read_demands(const yaml_value& x, bool& out, report& r) {
  if (x.is == kind::map)
    refuse(x, r, "a list such as [tls]");
  out = false;
  if (x.is == kind::text)
    read_demand(x, out, r);
  for (const auto& item : x.items)
    read_demand(item, out, r);
}

void read_certificate_rule(const yaml_value& x, client_certificates& out,
                           report& r) {
  read_choice(x, certificate_rules, out, r, "rule");
}

void read_keyword(const yaml_value& x, std::string& out, report& r) {
  if (x.is == kind::text)
    for (const auto keyword : ehlo_keywords)
      if (lower(x.text) == lower(keyword)) {
        out = keyword;
        return;
      }
  refuse_word(x, r, ehlo_keywords);
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

constexpr key<listener> keys[] = {
  {"name", into<&listener::name, read_name>,
   "The listener's name, for routes and the log.", true},
  {"protocol", into<&listener::protocol, read_protocol>,
   "What is spoken there: smtp, lmtp or http."},
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
  {"auth", into<&listener::auth, read_login>,
   "Whether clients may (optional) or must (required) log in."},
  {"auth_without_tls", into<&listener::auth_without_tls, read_flag>,
   "Whether passwords are taken in clear text."},
  {"mechanisms", into<&listener::mechanisms, read_mechanisms>,
   "The SASL mechanisms on offer."},
  {"require_sender_match", into<&listener::require_sender_match, read_flag>,
   "Whether who logged in may send from their own addresses only."},
  {"require", into<&listener::require_tls, read_demands>,
   "What clients must have done before MAIL: tls."},
  {"client_certificate",
   into<&listener::client_certificate, read_certificate_rule>,
   "Whether clients are asked for a certificate (request, require)."},
  {"proxy_protocol",
   into<&listener::proxy_protocol, read_one_or_list<read_network, network>>,
   "The proxies whose PROXY header is believed."},
  {"xclient", into<&listener::xclient, read_one_or_list<read_network, network>>,
   "The clients whose XCLIENT is believed."},
  {"expn", into<&listener::expn, read_flag>,
   "Whether EXPN answers who logged in."},
  {"greet_delay", into<&listener::greet_delay, time{0, 30}>,
   "How long the greeting waits for clients that talk too early."},
  {"discard_ehlo_keywords",
   into<&listener::discard_ehlo_keywords, read_list<read_keyword, std::string>>,
   "Extensions that EHLO does not offer."},
};

/// What an http listener has, too.
constexpr std::string_view http_keys[] = {"name", "protocol", "address", "tls"};

void check_http(const yaml_value& x, const listener& out, report& r) {
  for (const auto& k : keys)
    if (const auto* entry = x.find(k.name);
        entry != nullptr
        && std::find(std::begin(http_keys), std::end(http_keys), k.name)
             == std::end(http_keys))
      r.complain(entry->at, backquoted(k.name)
                              + " is for listeners of protocol smtp or lmtp");
  if (out.tls == listener_tls::starttls)
    r.complain(x.find("tls")->value.at, "there is no STARTTLS in HTTP");
  else if (out.tls == listener_tls::implicit)
    r.complain(x.find("tls")->value.at,
               "tls `implicit` of an http listener is not available in this "
               "version yet");
}

void read_listener(const yaml_value& x, listener& out, report& r) {
  read_map(x, keys, out, r);
  if (out.protocol == listener_protocol::http)
    check_http(x, out, r);
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
