#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(egress)

BOOST_AUTO_TEST_CASE(addresses_and_rules_are_checked) {
  check_all({
    {"egress: {addresses: [192.0.2.256]}\n",
     "1:22: `addresses` wants an IP address, without brackets, not "
     "`192.0.2.256`"},
    {"egress: {rules: [{domain: a.example}]}\n",
     "1:18: a rule without `ip`, `hostname` and `pool` changes nothing"},
    {"egress: {rules: [{domain: \"*.\", ip: 192.0.2.1}]}\n",
     "1:27: `domain` wants a domain such as example.com, or *.example.com for "
     "those below it, not `*.`"},
    {"egress: {rules: [{domain: [\"a.*.b\"], ip: 192.0.2.1}]}\n",
     "1:28: `domain` wants a domain such as example.com, or *.example.com for "
     "those below it, not `a.*.b`"},
    {"egress: {rules: [{ip: [192.0.2.1, 192.0.2.2]}]}\n",
     "1:23: `ip` has one IPv4 and one IPv6 address at most; several of a kind "
     "make a pool"},
    {"egress: {rules: [{ip: 192.0.2.1}, {user: a, ip: 192.0.2.1}]}\n"
     "auth: [{type: directory}]\n",
     "1:18: a rule without a condition matches all mail: those after it are "
     "never looked at"},
    {"egress:\n  rules:\n    - {domain: a.example, ip: 192.0.2.1}\n"
     "    - {domain: A.example, ip: 192.0.2.2}\n",
     "4:7: a rule before it has the same condition"},
    {"egress: {rules: [{arrival_ip: mx, ip: 192.0.2.1}]}\n",
     "1:31: `arrival_ip` wants an IP address, without brackets, not `mx`"},
  });
}

BOOST_AUTO_TEST_CASE(pools_are_checked) {
  check_all({
    {"egress: {pools: {\"a b\": [{ip: 192.0.2.1}]}}\n",
     "1:18: a pool's name has up to 63 letters, digits, `.`, `_` and `-`"},
    {"egress: {pools: {news: []}}\n", "1:18: the pool `news` has no address"},
    {"egress: {pools: {news: [{hostname: a.example}]}}\n",
     "1:25: `ip` is missing"},
    {"egress: {pools: {news: [{ip: 192.0.2.1, weight: 1001}]}}\n",
     "1:49: `weight` must be from 0 to 1000, not `1001`"},
    {"egress:\n  pools: {news: [{ip: 192.0.2.1}]}\n"
     "  rules: [{pool: new}]\n",
     "3:18: there is no pool `new`; did you mean `news`?"},
    {"egress: {pools: {news: [{ip: 192.0.2.1}]}, rules: [{pool: news, "
     "ip: 192.0.2.1}]}\n",
     "1:52: a rule with a `pool` has its addresses and names there, and no "
     "`ip` or `hostname`"},
    {"egress: {rules: [{user: [bob, alicia], ip: 192.0.2.1}]}\n"
     "auth: [{type: users, users: {alice: \"$argon2id$v=19$m=65536,t=3,p=4$"
     "c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA\", bob: \"$argon2id$v=19$m=65536,"
     "t=3,p=4$c2FsdHNhbHQ$aGFzaGhhc2hoYXNoaGFzaA\"}}]\n",
     "1:31: there is no user `alicia`; did you mean `alice`?"},
  });
}

BOOST_AUTO_TEST_CASE(who_may_choose_is_checked) {
  check_all({
    {"egress: {override: {listeners: [mz]}}\n",
     "1:33: there is no smtp or lmtp listener `mz`; did you mean `mx`?"},
    {"egress: {override: {users: [alice]}}\n",
     "1:29: there is no user `alice`"},
    {"egress: {override: {user: alice}}\n",
     "1:21: unknown key `user`; did you mean `users`?"},
  });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
