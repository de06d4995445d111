#include "config/changes.hpp"
#include "config/reference.hpp"
#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <set>

namespace stagepost::config {

namespace {

using names = std::vector<std::string>;

configuration base() {
  return good(read_text(least));
}

/// One change, made by a file's text, and its name.
struct change {
  std::string text;
  std::string name;
};

/// A listener's key, with what it needs beside it.
change on_listener(const std::string& key, const std::string& value,
                   const std::string& more = {}) {
  return {"listeners: [{name: mx, address: \"127.0.0.1:0\", " + key + ": "
            + value + "}]\n" + more,
          "listeners.mx." + key};
}

change in(const std::string& section, const std::string& key,
          const std::string& value) {
  return {section + ": {" + key + ": " + value + "}\n" + std::string(least),
          section + '.' + key};
}

const std::string with_tls
  = "tls: {certificates: [{certificate: /dev/null, key: /dev/null}], "
    "client_authority: /dev/null}\n";

const std::vector<change>& live_changes() {
  static const std::vector<change> table{
    in("tls", "certificates", "[{certificate: /dev/null, key: /dev/null}]"),
    in("tls", "minimum", "1.3"),
    in("tls", "client_authority", "/dev/null"),
    in("limits", "max_clients", "9"),
    in("limits", "max_clients_per_host", "9"),
    in("limits", "message_size", "9KiB"),
    in("limits", "recipients", "9"),
    in("limits", "unknown_commands", "9"),
    in("limits", "session_idle", "9s"),
    in("limits", "messages_per_connection", "9"),
    in("limits", "recipients_per_connection", "9"),
    in("limits", "session_total", "9s"),
    in("limits", "command_time", "9s"),
    in("limits", "minimum_rate", "9"),
    in("limits", "auth_failures", "9"),
    in("limits", "header_size", "9KiB"),
    in("limits", "header_fields", "99"),
    in("limits", "received_fields", "9"),
    in("limits", "text_line", "9000"),
    in("limits", "per_minute", "{user_messages: 9}"),
    in("limits", "queue_memory", "9MiB"),
    in("limits", "content_memory", "9MiB"),
    in("limits", "free_disk", "9MiB"),
    in("limits", "stress", "50"),
    on_listener("banner", "hello"),
    on_listener("pipelining", "false"),
    on_listener("bare_newline", "normalize"),
    on_listener("limits", "{recipients: 9}"),
    on_listener("mechanisms", "[PLAIN]"),
    on_listener("proxy_protocol", "[192.0.2.1]"),
    on_listener("xclient", "[192.0.2.1]"),
    on_listener("greet_delay", "9s"),
    on_listener("discard_ehlo_keywords", "[DSN]"),
    in("dkim", "domains", "{a.example: [{selector: s, key: /dev/null}]}"),
    in("dkim", "clients", "[192.0.2.1]"),
    in("dkim", "listeners", "[mx]"),
    in("dkim", "required", "true"),
    in("delivery", "next_hop", "smtp://a"),
    in("delivery", "retry", "9m"),
    in("delivery", "retry_jitter", "9"),
    in("delivery", "probe", "9m"),
    in("delivery", "fair_by", "user"),
    in("delivery", "expire", "9d"),
    in("delivery", "warn_after", "9h"),
    in("delivery", "report", "full"),
    in("delivery", "reports_per_minute", "9"),
    in("delivery", "postmaster_copy", "p@a.example"),
    in("delivery", "connections", "9"),
    in("delivery", "messages_per_connection", "9"),
    in("delivery", "rate", "9"),
    in("delivery", "tls", "required"),
    in("delivery", "prefer", "ipv4"),
    in("delivery", "auth_without_tls", "true"),
    in("delivery", "port", "9"),
    in("delivery", "in_doubt", "hold"),
    in("delivery", "timeouts", "{dot: 9m}"),
    in("delivery", "mta_sts", "false"),
    in("delivery", "mta_sts_port", "9"),
    in("delivery", "ca_file", "/dev/null"),
    in("delivery", "domains", "{a.example: {rate: 9}}"),
    in("egress", "default_hostname", "a.example"),
    in("egress", "addresses", "[192.0.2.1]"),
    in("egress", "override", "{listeners: [mx]}"),
    in("egress", "pools", "{news: [{ip: 192.0.2.1}]}"),
    in("egress", "rules", "[{domain: a.example, ip: 192.0.2.1}]"),
  };
  return table;
}

const std::vector<change>& restart_changes() {
  static const std::vector<change> table{
    in("node", "name", "other"),
    in("node", "data_dir", "/srv/mail"),
    in("node", "roles", "[smtp]"),
    in("node", "threads", "9"),
    in("node", "user", "mail"),
    in("storage", "postgres", "postgresql://a/b"),
    in("storage", "shards", "[a, b]"),
    in("dns", "servers", "[192.0.2.53]"),
    in("dns", "hosts", "{a.example: 192.0.2.1}"),
    in("dns", "trust_anchor", "/dev/null"),
    on_listener("protocol", "lmtp"),
  };
  return table;
}

/// Those that are tried below, for what they need beside them.
const std::set<std::string> elsewhere{
  "listeners.mx.address",
  "listeners.mx.auth",
  "listeners.mx.auth_without_tls",
  "listeners.mx.client_certificate",
  "listeners.mx.expn",
  "listeners.mx.name",
  "listeners.mx.require",
  "listeners.mx.require_sender_match",
  "listeners.mx.tls",
  "node.hostname",
};

/// "listeners[].tls" is "listeners.mx.tls"; what is deeper has no name here.
std::string name_of(std::string path) {
  if (path.starts_with("listeners[]."))
    path.replace(0, 12, "listeners.mx.");
  const auto deep = path.find_first_of("[*") != std::string::npos
                    || path.starts_with("limits.per_minute.")
                    || path.starts_with("egress.override.")
                    || path.starts_with("delivery.timeouts.");
  return deep ? "" : path;
}

changes between(const std::string& before, const std::string& after) {
  return changes_between(good(read_text(before)), good(read_text(after)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(reload)

BOOST_AUTO_TEST_CASE(what_is_the_same_is_no_change) {
  BOOST_TEST(changes_between(base(), base()).none());
  BOOST_TEST(between(std::string(least),
                     "limits: {recipients: 1000}\nnode: {threads: 0}\n"
                     "delivery: {retry: \"1m,5m\"}\n"
                       + std::string(least))
               .none());
}

BOOST_AUTO_TEST_CASE(most_changes_are_live) {
  for (const auto& [text, name] : live_changes()) {
    const auto x = changes_between(base(), good(read_text(text)));
    BOOST_TEST(x.live == names{name}, boost::test_tools::per_element());
    BOOST_TEST(x.restart.empty(), name);
  }
}

BOOST_AUTO_TEST_CASE(the_node_and_its_sockets_want_a_restart) {
  for (const auto& [text, name] : restart_changes()) {
    const auto x = changes_between(base(), good(read_text(text)));
    BOOST_TEST(x.restart == names{name}, boost::test_tools::per_element());
    BOOST_TEST(x.live.empty(), name);
  }
}

BOOST_AUTO_TEST_CASE(no_key_is_forgotten) {
  std::set<std::string> tried = elsewhere;
  for (const auto& x : live_changes())
    tried.insert(x.name);
  for (const auto& x : restart_changes())
    tried.insert(x.name);
  for (const auto& key : known_keys())
    if (const auto name = name_of(key.path);
        key.available && name.find('.') != std::string::npos)
      BOOST_TEST(tried.count(name) == 1U, name);
}

BOOST_AUTO_TEST_CASE(what_a_listener_asks_of_its_clients_changes_live) {
  const auto listener = [](const std::string& keys) {
    return with_tls + "auth: [{type: directory}]\n"
           + "listeners: [{name: mx, address: \"127.0.0.1:0\"" + keys + "}]\n";
  };
  const auto x
    = between(listener(", tls: starttls, auth: optional"),
              listener(", tls: implicit, auth: required, expn: true, "
                       "auth_without_tls: true, require: [tls], "
                       "require_sender_match: true, "
                       "client_certificate: require"));
  BOOST_TEST(x.restart.empty());
  const names expected{"listeners.mx.tls",
                       "listeners.mx.auth",
                       "listeners.mx.auth_without_tls",
                       "listeners.mx.require_sender_match",
                       "listeners.mx.require",
                       "listeners.mx.client_certificate",
                       "listeners.mx.expn"};
  BOOST_TEST(x.live == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(listeners_are_the_same_by_their_names) {
  const auto x = between("listeners: [{name: a, address: \"127.0.0.1:25\"},\n"
                         "  {name: b, address: \"127.0.0.1:26\"}]\n",
                         "listeners: [{name: c, address: \"127.0.0.1:27\"},\n"
                         "  {name: b, address: \"127.0.0.1:25\"}]\n");
  const names expected{"listeners.a (removed)", "listeners.b.address",
                       "listeners.c (added)"};
  BOOST_TEST(x.restart == expected, boost::test_tools::per_element());
  BOOST_TEST(x.live.empty());
}

BOOST_AUTO_TEST_CASE(a_host_name_changes_what_follows_it) {
  const auto x = between("node: {hostname: a.example}\n" + std::string(least),
                         "node: {hostname: b.example}\n" + std::string(least));
  BOOST_TEST(x.restart.empty());
  const names expected{"node.hostname", "egress.default_hostname"};
  BOOST_TEST(x.live == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(what_follows_a_section_is_not_named_again) {
  const std::string_view own
    = "listeners: [{name: mx, address: \"[::]:0\", limits: {recipients: 5}}]\n"
      "delivery: {rate: 3, domains: {a.example: {connections: 2}}}\n";
  const auto x = between(
    std::string(own),
    "limits: {message_size: 1MiB}\n"
    "listeners: [{name: mx, address: \"[::]:0\", limits: {recipients: 5}}]\n"
    "delivery: {rate: 4, domains: {a.example: {connections: 2}}}\n");
  const names expected{"limits.message_size", "delivery.rate"};
  BOOST_TEST(x.live == expected, boost::test_tools::per_element());
  const auto y = between(
    std::string(own),
    "limits: {message_size: 1MiB}\n"
    "listeners: [{name: mx, address: \"[::]:0\", limits: {recipients: 6}}]\n"
    "delivery: {rate: 4, domains: {a.example: {connections: 1}}}\n");
  const names more{"limits.message_size", "listeners.mx.limits",
                   "delivery.rate", "delivery.domains"};
  BOOST_TEST(y.live == more, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(users_and_sources_change_live) {
  const auto users = [](const std::string& name) {
    return "auth: [{type: directory}, {type: users, users: {" + name
           + ": \"$argon2id$v=19$m=19456,t=2,p=1$"
             "c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA\"}}]\n"
           + std::string(least);
  };
  const auto x = between(users("a"), users("b"));
  BOOST_TEST(x.live == names{"auth[1].users"},
             boost::test_tools::per_element());
  BOOST_TEST(x.restart.empty());
  const auto y = between(users("a"), std::string(least));
  BOOST_TEST(y.live == names{"auth"}, boost::test_tools::per_element());
  BOOST_TEST(y.restart.empty());
}

BOOST_AUTO_TEST_CASE(routes_and_outlets_change_live) {
  const auto x
    = between(std::string(least), std::string(least)
                                    + "outlets: {relay: {type: queue}}\n"
                                      "routes: [{to: relay}]\n");
  const names expected{"routes", "outlets"};
  BOOST_TEST(x.live == expected, boost::test_tools::per_element());
  BOOST_TEST(x.restart.empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
