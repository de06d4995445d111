#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(faults)

BOOST_AUTO_TEST_CASE(an_unknown_key_is_answered_with_the_nearest) {
  check_all({
    {"listners: 1\n", "1:1: unknown key `listners`; did you mean `listeners`?"},
    {"outlts: {}\n", "1:1: unknown key `outlts`; did you mean `outlets`?"},
    {"node:\n  hostnmae: a\n",
     "2:3: unknown key `hostnmae`; did you mean `hostname`?"},
    {"tls: {x: 1}\n",
     "1:7: unknown key `x`; here may stand `certificates`, `minimum`, "
     "`client_authority`"},
    {"delivery: {domains: {a.example: {retry: 1m}}}\n",
     "1:34: unknown key `retry`; here may stand `next_hop`, `connections`, "
     "`messages_per_connection`, `rate`, `tls`, `prefer`, `auth_without_tls`"},
    {"x: 1\n",
     "1:1: unknown key `x`; here may stand `node`, `storage`, `tls`, `limits`, "
     "`listeners`, `auth`, `routes`, `outlets`, `delivery`, `egress`, "
     "`dkim`, `dns`"},
    {"egress:\n  rules:\n    - domain: a.example\n      ip: 192.0.2.1\n"
     "      name: b\n",
     "5:7: unknown key `name`; here may stand `domain`, `arrival_ip`, `user`, "
     "`ip`, `hostname`, `pool`"},
    {"? [1]\n: 2\n", "1:3: a key must be a plain text, not a list"},
  });
}

BOOST_AUTO_TEST_CASE(a_wrong_type_is_named_with_what_is_wanted) {
  check_all({
    {"node: 5\n", "1:7: `node` wants a mapping of keys to values, not a text"},
    {"node: []\n", "1:7: `node` wants a mapping of keys to values, not a list"},
    {"routes: {}\n", "1:9: `routes` wants a list, not a mapping"},
    {"routes: [5]\n",
     "1:10: `routes` wants a mapping of keys to values, not a text"},
    {"node: {threads: [1]}\n",
     "1:17: `threads` wants a whole number, not a list"},
    {"node:\n  threads:\n  name: a\n",
     "2:3: `threads` wants a whole number, but nothing stands here"},
    {"node: {threads: many}\n",
     "1:17: `threads` wants a whole number, not `many`"},
    {"limits: {session_idle: 300}\n",
     "1:24: `session_idle` wants a time with its unit such as 5m (units: s, m, "
     "h, d), not `300`"},
    {"limits: {message_size: 50MB}\n",
     "1:24: `message_size` wants a size such as 50MiB (units: KiB, MiB, GiB; "
     "none: octets), not `50MB`"},
    {"dns: {servers: ns.example}\n",
     "1:16: `servers` wants a list, not a text"},
  });
  check_all(
    {{"- 1\n- 2\n",
      "1:1: a configuration is a mapping of sections, not a list"},
     {"text", "1:1: a configuration is a mapping of sections, not a text"}},
    "");
}

BOOST_AUTO_TEST_CASE(an_impossible_value_is_refused) {
  check_all({
    {"node: {threads: 1025}\n",
     "1:17: `threads` must be from 0 to 1024, not `1025`"},
    {"node: {threads: 99999999999999999999}\n",
     "1:17: `threads` must be from 0 to 1024, not `99999999999999999999`"},
    {"node: {threads: -1}\n", "1:17: `threads` wants a whole number, not `-1`"},
    {"limits: {message_size: 1GiB}\n",
     "1:24: `message_size` must be from 1KiB to 512MiB, not `1GiB`"},
    {"limits: {message_size: 99999999999999999GiB}\n",
     "1:24: `message_size` must be from 1KiB to 512MiB, not "
     "`99999999999999999GiB`"},
    {"limits: {session_idle: 2d}\n",
     "1:24: `session_idle` must be from 1s to 1d, not `2d`"},
    {"limits: {stress: 101}\n",
     "1:18: `stress` must be from 10 to 100, not `101`"},
    {"limits: {text_line: 999}\n",
     "1:21: `text_line` must be from 1000 (or 0: no limit) to 512MiB, not "
     "`999`"},
    {"limits: {session_total: 31d}\n",
     "1:25: `session_total` must be from 0 to 30d, not `31d`"},
    {"limits: {free_disk: 10%}\n",
     "1:21: `free_disk` wants a size such as 50MiB (units: KiB, MiB, GiB; "
     "none: octets), not `10%`"},
    {"limits: {per_minute: 10}\n",
     "1:22: `per_minute` wants a mapping of keys to values, not a text"},
    {"limits: {per_minute: {client_message: 10}}\n",
     "1:23: unknown key `client_message`; did you mean `client_messages`?"},
    {"limits: {per_minute: {user_messages: 1000001}}\n",
     "1:38: `user_messages` must be from 0 to 1000000, not `1000001`"},
    {"tls: {client_authority: \"\"}\n",
     "1:25: `client_authority` wants a PEM file, not ``"},
    {"tls: {client_authority: /nowhere/ca.pem}\n",
     "1:25: `client_authority` can't be read from `/nowhere/ca.pem`: No such "
     "file or directory"},
    {"limits: {recipients: 0}\n",
     "1:22: `recipients` must be from 1 to 100000, not `0`"},
    {"node: {hostname: mx_1.example.com}\n",
     "1:18: `hostname` wants a host name such as mx.example.com, or an address "
     "as [192.0.2.1], not `mx_1.example.com`"},
    {"node: {name: \"a b\"}\n",
     "1:14: `name` wants a name of up to 63 letters, digits, `.`, `_` and `-`, "
     "not `a b`"},
    {"node: {roles: []}\n",
     "1:15: `roles` is empty: this node would do nothing"},
    {"node: {roles: [smtp, queue, smtp]}\n",
     "1:29: role `smtp` is named twice"},
    {"node: {roles: [quere]}\n",
     "1:16: `roles` can't be `quere`; did you mean `queue`?"},
    {"node: {data_dir: \"\"}\n", "1:18: `data_dir` wants a folder, not ``"},
    {"node: {user: \"a/b\"}\n",
     "1:14: `user` wants the name of a system user, or \"\", not `a/b`"},
    {"tls: {minimum: 1.1}\n",
     "1:16: `minimum` wants \"1.2\" or \"1.3\", not `1.1`"},
    {"tls: {certificates: [{certificate: /dev/null}]}\n",
     "1:22: `key` is missing"},
    {"storage: {shards: []}\n",
     "1:19: `shards` wants from 1 to 1024 shards, not 0"},
    {"storage: {shards: [a, b, a]}\n",
     "1:26: shard `a` stands in line 1 already"},
    {"dns: {servers: [127.0.0.1@0]}\n",
     "1:17: `servers` wants IP addresses such as 192.0.2.53, with a port "
     "127.0.0.1@5353, not `127.0.0.1@0`"},
    {"dns: {trust_anchor: /missing}\n",
     "1:21: `trust_anchor` can't be read from `/missing`: No such file or "
     "directory"},
    {"dns: {trust_anchor: \"\"}\n",
     "1:21: `trust_anchor` wants a file with trust anchors, or none, not ``"},
    {"dns: {hosts: {a.example: []}}\n", "1:26: a host without addresses"},
    {"dns: {hosts: {a.example: b.example}}\n",
     "1:26: `a.example` wants an IP address, without brackets, not "
     "`b.example`"},
  });
}

BOOST_AUTO_TEST_CASE(a_database_is_embedded_or_a_uri_and_never_shown) {
  check_all({
    {"storage: {postgres: \"mysql://u:secret@h/db\"}\n",
     "1:21: `postgres` wants `embedded` or a URI such as "
     "postgresql://user@host:5432/database"},
    {"storage: {shards: [{name: a, postgres: embedded}]}\n",
     "1:40: `postgres` wants a URI such as "
     "postgresql://user@host:5432/database"},
  });
}

BOOST_AUTO_TEST_CASE(a_listener_is_checked) {
  const std::string_view none;
  check_all(
    {
      {"", "1:1: `listeners` is missing or empty: nothing could reach this "
           "node"},
      {"node: {name: a}\n", "1:1: `listeners` is missing or empty: nothing "
                            "could reach this node"},
      {"listeners: []\n", "1:1: `listeners` is missing or empty: nothing "
                          "could reach this node"},
      {"listeners: [{address: \"[::]:25\"}]\n", "1:13: `name` is missing"},
      {"listeners: [{name: a}]\n", "1:13: `address` is missing"},
      {"listeners: [{name: a, address: \"localhost:25\"}]\n",
       "1:32: `address` wants an IP address with a port, such as "
       "\"0.0.0.0:25\" or \"[::]:25\", not `localhost:25`"},
      {"listeners: [{name: a, address: \"127.0.0.1:65536\"}]\n",
       "1:32: the port of `127.0.0.1:65536` is over 65535"},
      {"listeners:\n  - {name: a, address: \"127.0.0.1:25\"}\n"
       "  - {name: a, address: \"127.0.0.1:26\"}\n",
       "3:12: listener `a` stands in line 2 already"},
      {"listeners:\n  - {name: a, address: \"[::1]:25\"}\n"
       "  - {name: b, address: \"[0::1]:25\"}\n",
       "3:24: the listener in line 2 already has this address"},
      {"listeners: [{name: a, address: \"[::]:25\", tls: starttsl}]\n",
       "1:48: `tls` can't be `starttsl`; did you mean `starttls`?"},
      {"listeners: [{name: a, address: \"[::]:25\", tls: starttls}]\n",
       "1:48: listener `a` needs a certificate: add one to "
       "`tls.certificates`"},
      {"listeners: [{name: a, address: \"[::]:25\", pipelining: maybe}]\n",
       "1:55: `pipelining` wants true or false, not `maybe`"},
      {"listeners: [{name: a, address: \"[::]:25\", bare_newline: keep}]\n",
       "1:57: `bare_newline` wants `reject` or `normalize`, not `keep`"},
      {"listeners: [{name: a, address: \"[::]:25\", banner: \"a\\nb\"}]\n",
       "1:51: `banner` wants up to 200 characters of printable ASCII, not "
       "`a?b`"},
      {"listeners: [{name: a, address: \"[::]:25\", limits: {recipient: 1}}]\n",
       "1:52: unknown key `recipient`; did you mean `recipients`?"},
      {"listeners: [{name: a, address: \"[::]:25\", limits: {queue_memory: "
       "1GiB}}]\n",
       "1:52: `queue_memory` is the whole node's: it stands in the section "
       "`limits`"},
      {"listeners: [{name: a, address: \"[::]:25\", protocol: http, "
       "pipelining: true}]\n",
       "1:59: `pipelining` is for listeners of protocol smtp or lmtp"},
      {"listeners: [{name: a, address: \"[::]:25\", protocol: http, "
       "auth: none}]\n",
       "1:59: `auth` is for listeners of protocol smtp or lmtp"},
      {"listeners: [{name: a, address: \"[::]:25\", protocol: http, "
       "tls: starttls}]\n"
       "tls: {certificates: [{certificate: /dev/null, key: /dev/null}]}\n",
       "1:64: there is no STARTTLS in HTTP"},
    },
    none);
}

BOOST_AUTO_TEST_CASE(a_route_is_checked) {
  check_all({
    {"routes: [{listener: mx}]\n", "1:10: `to` is missing"},
    {"routes: [{to: relay}]\n", "1:15: there is no outlet `relay`"},
    {"outlets: {relay: {type: queue}}\nroutes: [{to: realy}]\n",
     "2:15: there is no outlet `realy`; did you mean `relay`?"},
    {"routes: [{to: rejects}]\n",
     "1:15: there is no outlet `rejects`; did you mean `reject`?"},
    {"routes: [{listener: mxx, to: reject}]\n",
     "1:21: there is no smtp or lmtp listener `mxx`; did you mean `mx`?"},
    {"routes: [{authenticated: maybe not, to: reject}]\n",
     "1:26: `authenticated` wants true, false, or a user's name, not `maybe "
     "not`"},
    {"routes: [{authenticated: alice, to: reject}]\n",
     "1:26: there is no user `alice`"},
    {"auth: [{type: users, users: {alice: \"$argon2id$v=19$m=19456,t=2,p=1$"
     "c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA\"}}]\n"
     "routes: [{authenticated: alcie, to: reject}]\n",
     "2:26: there is no user `alcie`; did you mean `alice`?"},
    {"routes: [{client: 192.0.2.1/24, to: reject}]\n",
     "1:19: `192.0.2.1/24` has bits set after its prefix"},
    {"routes: [{client: [192.0.2.0/33], to: reject}]\n",
     "1:20: `client` wants IP addresses or networks, such as 192.0.2.0/24 or "
     "::1, not `192.0.2.0/33`"},
    {"routes: [{client: [], to: reject}]\n",
     "1:19: `client` is empty: no client would match"},
    {"routes: [{sender: example.com, to: reject}]\n",
     "1:19: `sender` can't be `example.com`: neither an address, nor "
     "`@domain`, nor `/expression/`"},
    {"routes: [{recipient: \"@\", to: reject}]\n",
     "1:22: `recipient` can't be `@`: no domain after the `@`"},
    {"routes: [{recipient: \"/(/\", to: reject}]\n",
     "1:22: `recipient` can't be `/(/`: missing ): ("},
    {"routes: [{to: reject, reply: \"250 fine\"}]\n",
     "1:30: `reply` can't be `250 fine`: a refusal begins with a code from 400 "
     "to 599, such as 550 5.7.1 Relaying denied"},
    {"routes: [{to: reject, reply: \"550 4.7.1 no\"}]\n",
     "1:30: `reply` can't be `550 4.7.1 no`: the enhanced code must begin with "
     "5 as the code does"},
    {"routes: [{to: reject, reply: 421 bye}]\n",
     "1:30: `reply` can't be `421 bye`: 421 announces that the connection "
     "closes, which a route can't do"},
    {"outlets: {relay: {type: queue}}\n"
     "routes: [{to: relay, reply: 550 no}]\n",
     "2:22: `reply` goes with `to: reject`; here the outlet `relay` answers"},
    {"outlets: {reject: {type: queue}}\n",
     "1:11: no outlet can be named `reject`: in routes it stands for the "
     "refusal"},
    {"outlets: {relay: {}}\n", "1:18: `type` is missing"},
    {"outlets: {relay: {type: qeue}}\n",
     "1:25: `type` can't be `qeue`; did you mean `queue`?"},
  });
}

BOOST_AUTO_TEST_CASE(a_queue_alone_needs_no_listener) {
  good(read_text("node: {roles: [queue]}\n"));
}

BOOST_AUTO_TEST_CASE(all_problems_come_at_once_in_the_order_of_the_file) {
  const auto found
    = faults_of(read_text("routes:\n"
                          "  - {to: nowhere}\n"
                          "nodes: {}\n"
                          "outlets:\n"
                          "  jobs: {type: mailbox}\n"
                          "  jobs: {type: queue}\n"
                          "listeners:\n"
                          "  - {nam: mx, address: x, tls: always}\n"
                          "limits: {recipients: \"${MISSING}\"}\n"));
  const std::vector<std::string> expected{
    "2:10: there is no outlet `nowhere`",
    "3:1: unknown key `nodes`; did you mean `node`?",
    "5:16: outlet type `mailbox` is not available in this version yet",
    "6:3: duplicate key `jobs`; it stands in line 5 already",
    "8:5: `name` is missing",
    "8:6: unknown key `nam`; did you mean `name`?",
    "8:24: `address` wants an IP address with a port, such as \"0.0.0.0:25\" "
    "or \"[::]:25\", not `x`",
    "8:32: `tls` wants `none`, `starttls` or `implicit`, not `always`",
    "9:22: the environment variable `MISSING` is not set, and no default is "
    "given as in `${MISSING:-default}`",
  };
  BOOST_TEST(found == expected, boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_problem_shows_no_control_characters_and_is_short) {
  const auto found
    = faults_of(read_text("\"a\\e[31m\": 1\n" + std::string(least)));
  BOOST_TEST_REQUIRE(found.size() == 1U);
  BOOST_TEST(found[0].find("unknown key `a?[31m`") != std::string::npos);
  const auto cut = faults_of(read_text(
    "node: {threads: " + std::string(500, 'x') + "}\n" + std::string(least)));
  BOOST_TEST_REQUIRE(cut.size() == 1U);
  BOOST_TEST(cut[0]
             == "1:17: `threads` wants a whole number, not `"
                  + std::string(60, 'x') + "...`");
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
