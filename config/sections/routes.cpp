#include "config/pattern.hpp"
#include "config/readers.hpp"
#include "config/refusal.hpp"
#include "config/sections/sections.hpp"
#include "config/user_name.hpp"

namespace stagepost::config {

namespace {

void read_pattern(const yaml_value& x, std::optional<std::string>& out,
                  report& r) {
  const auto* text = want_text(x, r, "an address, `@domain` or `/expression/`");
  if (text == nullptr)
    return;
  const auto parsed = pattern::parse(*text);
  if (const auto* why = std::get_if<std::string>(&parsed))
    r.complain(x.at,
               r.subject() + " can't be " + backquoted(*text) + ": " + *why);
  else
    out = *text;
}

void read_listener_name(const yaml_value& x, std::optional<std::string>& out,
                        report& r) {
  if (const auto* text = want_text(x, r, "a listener's name"))
    out = *text;
}

void read_login(const yaml_value& x,
                std::optional<std::variant<bool, std::string>>& out,
                report& r) {
  constexpr std::string_view wanted = "true, false, or a user's name";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (const auto flag = parse_flag(*text))
    out = *flag;
  else if (is_user_name(*text))
    out = *text;
  else
    refuse(x, r, wanted);
}

constexpr choice<recipient_domain> domains[]
  = {{"any", recipient_domain::any}, {"local", recipient_domain::local}};

void read_domain(const yaml_value& x, recipient_domain& out, report& r) {
  read_choice(x, domains, out, r, "domain of a recipient");
}

void read_outlet_name(const yaml_value& x, std::string& out, report& r) {
  if (const auto* text = want_text(x, r, "an outlet's name, or `reject`"))
    out = *text;
}

void read_reply(const yaml_value& x, std::string& out, report& r) {
  const auto* text = want_text(x, r, "a reply such as 550 5.7.1 No relaying");
  if (text == nullptr)
    return;
  const auto parsed = parse_refusal(*text);
  if (const auto* why = std::get_if<std::string>(&parsed))
    r.complain(x.at,
               r.subject() + " can't be " + backquoted(*text) + ": " + *why);
  else
    out = *text;
}

void read_clients(const yaml_value& x, std::vector<network>& out, report& r) {
  read_one_or_list<read_network>(x, out, r);
  // No client at all would read like any client.
  if (x.items.empty() && x.is != yaml_value::kind::text
      && x.is != yaml_value::kind::map && x.is != yaml_value::kind::broken)
    r.complain(x.at, "`client` is empty: no client would match");
}

constexpr key<route> keys[] = {
  {"listener", into<&route::listener, read_listener_name>,
   "The listener that the client came to."},
  {"authenticated", into<&route::authenticated, read_login>,
   "Who has logged in: true (anybody), false (nobody), or a user's name."},
  {"client", into<&route::client, read_clients>,
   "The client's IP address: a network or a list of them."},
  {"sender", into<&route::sender, read_pattern>,
   "The sender: address, @domain, /expression/ or <>."},
  {"recipient", into<&route::recipient, read_pattern>,
   "The recipient: address, @domain or /expression/."},
  {"recipient_domain", into<&route::recipient_domain, read_domain>,
   "local: the recipient's domain is in the directory."},
  {"to", into<&route::to, read_outlet_name>,
   "The outlet that gets the mail, or `reject`.", true},
  {"reply", into<&route::reply, read_reply>,
   "With `to: reject`: what the client is told."},
  {.name = "header", .meaning = "A header field of the message."},
};

void read_route(const yaml_value& x, route& out, report& r) {
  out.line = x.at.line;
  out.file = r.file(x.at.file);
  read_map(x, keys, out, r);
  if (const auto* reply = x.find("reply");
      reply != nullptr && !out.to.empty() && out.to != "reject")
    r.complain(reply->at, "`reply` goes with `to: reject`; here the outlet "
                            + backquoted(out.to) + " answers");
}

} // namespace

void read_routes(const yaml_value& x, std::vector<route>& out, report& r) {
  read_list<read_route>(x, out, r);
}

void describe_routes(std::vector<known_key>& out) {
  describe(out, "routes[].", keys);
}

} // namespace stagepost::config
