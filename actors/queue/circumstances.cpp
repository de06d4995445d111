#include "actors/queue/circumstances.hpp"

#include "mail/address.hpp"

#include <boost/json.hpp>

#include <array>
#include <string_view>
#include <utility>

namespace stagepost {

namespace json = boost::json;

namespace {

void put(json::object& to, std::string_view key, const std::string& value) {
  if (!value.empty())
    to[key] = value;
}

void put(json::object& to, std::string_view key, const egress_way& value) {
  json::object way;
  put(way, "ip", value.ip);
  put(way, "hostname", value.hostname);
  if (!way.empty())
    to[key] = std::move(way);
}

std::string text_of(const json::object& from, std::string_view key) {
  const auto* x = from.if_contains(key);
  return x != nullptr && x->is_string()
           ? std::string{std::string_view{x->get_string()}}
           : std::string{};
}

const json::object* object_of(const json::object& from, std::string_view key) {
  const auto* x = from.if_contains(key);
  return x == nullptr ? nullptr : x->if_object();
}

/// Of a message that came in, or, within a report, of the one it is about.
void read(const json::object& from, config::egress_facts& to) {
  to.arrival_ip = text_of(from, "local");
  to.user = text_of(from, "user");
  if (const auto* wish = object_of(from, "egress"))
    to.wish = {text_of(*wish, "ip"), text_of(*wish, "hostname")};
}

json::object described(const config::egress_facts& x) {
  json::object out;
  put(out, "domain", x.domain);
  put(out, "user", x.user);
  put(out, "local", x.arrival_ip);
  put(out, "egress", x.wish);
  out["seed"] = static_cast<std::int64_t>(x.seed);
  return out;
}

} // namespace

std::string to_json(const circumstances& x) {
  json::object out;
  put(out, "client", x.client);
  put(out, "helo", x.helo);
  put(out, "listener", x.listener);
  put(out, "user", x.user);
  put(out, "local", x.local);
  put(out, "egress", x.wish);
  return json::serialize(out);
}

config::egress_facts egress_facts_of(const queue::message& x) {
  config::egress_facts out;
  out.domain = dns_domain_of(x.sender);
  out.seed = x.id.value();
  std::array<unsigned char, 2048> room; // NOLINT: most need no more
  json::monotonic_resource memory(room.data(), room.size());
  json::error_code ec;
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  const auto all = json::parse(x.circumstances, ec, &memory, options);
  if (ec || !all.is_object())
    return out;
  read(all.get_object(), out);
  if (const auto* as = object_of(all.get_object(), "leaves_as")) {
    read(*as, out);
    out.domain = text_of(*as, "domain");
    if (const auto* seed = as->if_contains("seed"); seed && seed->is_int64())
      out.seed = static_cast<std::uint64_t>(seed->get_int64());
  }
  return out;
}

report_origin origin_of_report(const rules& by, const queue::message& about,
                               const egress_way& used) {
  auto as = egress_facts_of(about);
  auto hostname
    = used.hostname.empty() ? by.ways.ways(as).front().hostname : used.hostname;
  // Its author is the MAILER-DAEMON at this host.
  if (config::egress_facts own{hostname, {}, {}, {}, as.seed};
      by.ways.has_rule_for_domain(own)) {
    as = std::move(own);
    hostname = by.ways.ways(as).front().hostname;
  }
  json::object out;
  out["report_on"] = to_string(about.id);
  out["leaves_as"] = described(as);
  return {std::move(hostname), json::serialize(out)};
}

} // namespace stagepost
