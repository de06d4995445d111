#include "config/host_name.hpp"
#include "config/readable_file.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

/// Each is one more signature of each message.
constexpr std::size_t most_keys = 8;

void read_selector(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "a selector such as s1, or a.b";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  // A part of a name only: its last label may be a number.
  if (is_domain(*text + "._domainkey"))
    out = lower(*text);
  else
    refuse(x, r, wanted);
}

constexpr key<dkim_key> key_keys[] = {
  {"selector", into<&dkim_key::selector, read_selector>,
   "Its name below `_domainkey`.", true},
  {"key", into<&dkim_key::key, read_pem>,
   "PEM file of the private key, RSA or Ed25519.", true},
};

void read_key(const yaml_value& x, dkim_key& out, report& r) {
  read_map(x, key_keys, out, r);
  out.file = r.file(x.at.file);
  out.line = x.at.line;
  out.column = x.at.column;
}

void read_keys(const yaml_value& x, std::vector<dkim_key>& out, report& r) {
  if (x.is == yaml_value::kind::map) {
    read_key(x, out.emplace_back(), r);
    return;
  }
  read_list<read_key>(x, out, r);
  if (x.is == yaml_value::kind::list && out.empty())
    r.complain(x.at, r.subject() + " has no keys");
  if (out.size() > most_keys)
    r.complain(x.at, r.subject() + " has more than " + std::to_string(most_keys)
                       + " keys");
  for (std::size_t i = 0; i < out.size(); ++i)
    if (!out[i].selector.empty()
        && std::any_of(
          out.begin(), out.begin() + static_cast<std::ptrdiff_t>(i),
          [&](const auto& y) { return y.selector == out[i].selector; }))
      r.complain(x.items[i].at, "the selector " + backquoted(out[i].selector)
                                  + " stands here twice");
}

void read_domains(const yaml_value& x,
                  std::map<std::string, std::vector<dkim_key>>& out,
                  report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    const auto name = lower(entry.key);
    if (!is_domain(name.starts_with("*.") ? name.substr(2) : name))
      r.complain(entry.at, backquoted(entry.key)
                             + " is no domain, nor `*.` and a domain");
    const auto [i, is_new] = out.try_emplace(name);
    if (!is_new)
      r.complain(entry.at,
                 "the domain " + backquoted(entry.key) + " stands here twice");
    else
      read_keys(entry.value, i->second, r);
  }
}

constexpr key<dkim_section> keys[] = {
  {"domains", into<&dkim_section::domains, read_domains>,
   "The keys of each domain; each makes a signature."},
  {"clients",
   into<&dkim_section::clients, read_one_or_list<read_network, network>>,
   "The networks whose mail is signed without a login."},
  {"listeners",
   into<&dkim_section::listeners, read_one_or_list<read_name, std::string>>,
   "The listeners whose mail is signed without a login."},
  {"required", into<&dkim_section::required, read_flag>,
   "What should be signed and can't be is not sent."},
};

} // namespace

void read_dkim(const yaml_value& x, dkim_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_dkim(std::vector<known_key>& out) {
  describe(out, "dkim.", keys);
  describe(out, "dkim.domains.*[].", key_keys);
}

} // namespace stagepost::config
