#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(delivery_faults)

BOOST_AUTO_TEST_CASE(delivery_is_checked) {
  // The password is not repeated.
  const std::string no_login
    = "1:23: `next_hop` can't be read: with a login it is such as "
      "smtps://user:password@relay.example.com:465, with %XX for what is not a "
      "letter or digit there";
  check_all({
    {"delivery: {next_hop: relay.example.com}\n",
     "1:22: `next_hop` wants `mx`, or smart hosts such as "
     "[smtp://relay.example.com:25], not `relay.example.com`"},
    {"delivery: {next_hop: []}\n",
     "1:22: `next_hop` wants `mx`, or smart hosts such as "
     "[smtp://relay.example.com:25], not a list"},
    {"delivery: {next_hop: [\"smtp://a:0\"]}\n",
     "1:23: the port of `smtp://a:0` must be from 1 to 65535"},
    {"delivery: {next_hop: [\"smtp://user@a\"]}\n", no_login},
    {"delivery: {next_hop: [\"smtp://user:@a\"]}\n", no_login},
    {"delivery: {next_hop: [\"smtp://:secret@a\"]}\n", no_login},
    {"delivery: {next_hop: [\"smtp://user:se%cret@a\"]}\n", no_login},
    {"delivery: {next_hop: [\"smtp://user:secret%0@a\"]}\n", no_login},
    {"delivery: {next_hop: [\"smtp://user:secret%00@a\"]}\n", no_login},
    {"delivery: {next_hop: [\"smtp://user:secret@a/b\"]}\n", no_login},
    {"delivery: {next_hop: [\"user:secret@a\"]}\n", no_login},
    {"delivery: {prefer: ipv5}\n",
     "1:20: `prefer` can't be `ipv5`; did you mean `ipv6`?"},
    {"delivery: {retry: soon}\n",
     "1:19: `retry` wants waits such as 1m,5m*2,15m,1h*4,4h (units: s, m, h, "
     "d), not `soon`"},
    {"delivery: {postmaster_copy: nobody}\n",
     "1:29: `postmaster_copy` wants an address such as "
     "postmaster@example.com, not `nobody`"},
    {"delivery: {retry: 0s}\n",
     "1:19: `retry` can't be `0s`: up to 1,000 waits of 1s to 30d each"},
    {"delivery: {expire: 0}\n",
     "1:20: `expire` must be from 1s to 365d, not `0`"},
    {"delivery: {report: body}\n",
     "1:20: `report` wants `headers` or `full`, not `body`"},
    {"delivery: {tls: oportunistic}\n",
     "1:17: `tls` can't be `oportunistic`; did you mean `opportunistic`?"},
    {"delivery: {messages_per_connection: 0}\n",
     "1:37: `messages_per_connection` must be from 1 to 1000000, not `0`"},
    {"delivery: {in_doubt: hope}\n",
     "1:22: `in_doubt` wants `retry` or `hold`, not `hope`"},
    {"delivery: {timeouts: {dot: 0}}\n",
     "1:28: `dot` must be from 1s to 1h, not `0`"},
    {"delivery: {timeouts: {quit: 5m}}\n",
     "1:23: unknown key `quit`; here may stand `connect`, `greeting`, "
     "`command`, `data`, `content`, `dot`"},
    {"delivery: {timeouts: 5m}\n",
     "1:22: `timeouts` wants a mapping of keys to values, not a text"},
    {"delivery: {port: 65536}\n",
     "1:18: `port` must be from 1 to 65535, not `65536`"},
    {"delivery: {domains: {A.example: {}, a.example: {}}}\n",
     "1:37: the domain `a.example` stands here twice"},
    {"delivery: {mta_sts_port: 0}\n",
     "1:26: `mta_sts_port` must be from 1 to 65535, not `0`"},
    {"delivery: {ca_file: /missing}\n",
     "1:21: `ca_file` can't be read from `/missing`: No such file or "
     "directory"},
    {"dns: {servers: [127.0.0.1]}\ndelivery: {tls: dane}\n",
     "2:17: `tls: dane` needs DNSSEC: set `dns.trust_anchor`"},
    {"dns: {trust_anchor: none}\n"
     "delivery: {domains: {a.example: {tls: dane}}}\n",
     "2:39: `tls: dane` needs DNSSEC: set `dns.trust_anchor`"},
    {"delivery: {domains: {\"a b\": {}}}\n", "1:22: `a b` is no domain"},
  });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
