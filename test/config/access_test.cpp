#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

namespace {

/// A configuration with one listener that has `keys`, and what it may need.
/// The keys begin at line 1, column 43.
std::string with(std::string_view keys) {
  return "listeners: [{name: a, address: \"[::]:24\", " + std::string(keys)
         + "}]\n"
           "auth: [{type: directory}]\n"
           "tls:\n"
           "  certificates: [{certificate: /dev/null, key: /dev/null}]\n"
           "  client_authority: /dev/null\n";
}

listener listener_of(std::string_view keys) {
  return good(read_text(with(keys))).listeners.at(0);
}

} // namespace

BOOST_AUTO_TEST_SUITE(access)

BOOST_AUTO_TEST_CASE(a_listener_asks_for_what_its_keys_say) {
  const auto x = listener_of(
    "tls: starttls, auth: required, mechanisms: [SCRAM-SHA-256, PLAIN], "
    "require_sender_match: true, require: [tls], client_certificate: request, "
    "proxy_protocol: [192.0.2.0/24, \"::1\"], xclient: 192.0.2.7, "
    "expn: true, greet_delay: 30s, discard_ehlo_keywords: [chunking, DSN]");
  BOOST_TEST((x.auth == listener_auth::required));
  BOOST_TEST(
    (x.mechanisms
     == std::vector{sasl_mechanism::scram_sha_256, sasl_mechanism::plain}));
  BOOST_TEST(x.require_sender_match);
  BOOST_TEST(x.require_tls);
  BOOST_TEST((x.client_certificate == client_certificates::request));
  BOOST_TEST((x.proxy_protocol
              == std::vector<network>{{"192.0.2.0", 24}, {"::1", 128}}));
  BOOST_TEST((x.xclient == std::vector<network>{{"192.0.2.7", 32}}));
  BOOST_TEST(x.expn);
  BOOST_TEST((x.greet_delay == seconds(30)));
  BOOST_TEST(
    (x.discard_ehlo_keywords == std::vector<std::string>{"CHUNKING", "DSN"}));
}

BOOST_AUTO_TEST_CASE(a_listener_may_ask_for_little) {
  BOOST_TEST(
    (listener_of("protocol: lmtp").protocol == listener_protocol::lmtp));
  BOOST_TEST(
    listener_of("auth: optional, auth_without_tls: true").auth_without_tls);
  BOOST_TEST(!listener_of("require: []").require_tls);
  BOOST_TEST(listener_of("require: tls, tls: implicit").require_tls);
  BOOST_TEST(listener_of("mechanisms: PLAIN, auth: required, tls: implicit")
               .mechanisms.size()
             == 1U);
  const auto x = listener_of(
    "auth: none, auth_without_tls: false, require_sender_match: false, "
    "expn: false, client_certificate: none, proxy_protocol: [], xclient: [], "
    "discard_ehlo_keywords: [], greet_delay: 0");
  BOOST_TEST((x == listener_of("protocol: smtp")));
}

BOOST_AUTO_TEST_CASE(an_lmtp_listener_takes_routes) {
  good(read_text("listeners: [{name: lda, protocol: lmtp, "
                 "address: \"127.0.0.1:24\"}]\n"
                 "routes: [{listener: lda, to: reject}]\n"));
}

BOOST_AUTO_TEST_CASE(what_a_key_can_not_be_is_refused) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"auth: yes",
     "49: `auth` wants `none`, `optional` or `required`, not `yes`"},
    {"auth: requird",
     "49: `auth` can't be `requird`; did you mean `required`?"},
    {"mechanisms: []", "55: `mechanisms` is empty: nobody could log in"},
    {"mechanisms: [CRAM-MD5]",
     "56: `mechanisms` wants `PLAIN`, `LOGIN`, `SCRAM-SHA-256` or "
     "`SCRAM-SHA-256-PLUS`, not `CRAM-MD5`"},
    {"mechanisms: [scram-sha-256]",
     "56: `mechanisms` can't be `scram-sha-256`; did you mean "
     "`SCRAM-SHA-256`?"},
    {"mechanisms: [PLAIN, LOGIN, PLAIN]",
     "70: mechanism `PLAIN` is named twice"},
    {"mechanisms: {PLAIN: true}",
     "55: `mechanisms` wants a list, not a mapping"},
    {"require: [auth]", "53: `require` wants `tls`, not `auth`"},
    {"require: {tls: true}",
     "52: `require` wants a list such as [tls], not a mapping"},
    {"client_certificate: required",
     "63: `client_certificate` can't be `required`; did you mean `require`?"},
    {"proxy_protocol: true",
     "59: `proxy_protocol` wants IP addresses or networks, such as "
     "192.0.2.0/24 or ::1, not `true`"},
    {"xclient: [192.0.2.1/24]",
     "53: `192.0.2.1/24` has bits set after its prefix"},
    {"expn: 1", "49: `expn` wants true or false, not `1`"},
    {"greet_delay: 31s", "56: `greet_delay` must be from 0 to 30s, not `31s`"},
    {"discard_ehlo_keywords: CHUNKING",
     "66: `discard_ehlo_keywords` wants a list, not a text"},
    {"discard_ehlo_keywords: [CHUNKNG]",
     "67: `discard_ehlo_keywords` can't be `CHUNKNG`; did you mean "
     "`CHUNKING`?"},
    {"discard_ehlo_keywords: [ETRN]",
     "67: `discard_ehlo_keywords` wants `PIPELINING`, `SIZE`, `8BITMIME`, "
     "`SMTPUTF8`, `CHUNKING`, `BINARYMIME`, `DSN`, `ENHANCEDSTATUSCODES`, "
     "`REQUIRETLS`, `LIMITS`, `AUTH`, `STARTTLS`, `XCLIENT` or `XEGRESS`, "
     "not `ETRN`"},
    {"limits: {content_memory: 1GiB}",
     "52: `content_memory` is the whole node's: it stands in the section "
     "`limits`"},
    {"limits: {free_disk: 1GiB}",
     "52: `free_disk` is the whole node's: it stands in the section "
     "`limits`"},
  };
  for (const auto& [keys, problem] : table)
    check_all({{with(keys), "1:" + std::string(problem)}}, "");
}

BOOST_AUTO_TEST_CASE(what_could_never_happen_is_refused) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"auth: required",
     "49: nobody could log in without TLS: add `tls: starttls` or "
     "`tls: implicit`, or `auth_without_tls: true` to take passwords in clear "
     "text"},
    {"auth: optional, auth_without_tls: false",
     "49: nobody could log in without TLS: add `tls: starttls` or "
     "`tls: implicit`, or `auth_without_tls: true` to take passwords in clear "
     "text"},
    {"require: [tls]",
     "52: `require: [tls]` needs `tls: starttls` or `tls: implicit`"},
    {"client_certificate: request",
     "63: a client can show its certificate in TLS only: `client_certificate` "
     "needs `tls: starttls` or `tls: implicit`"},
    {"require_sender_match: true",
     "65: `require_sender_match` is about who logged in, and nobody can here: "
     "it needs `auth: optional` or `auth: required`"},
    {"auth: none, expn: true",
     "61: `expn` is about who logged in, and nobody can here: it needs "
     "`auth: optional` or `auth: required`"},
    {"auth_without_tls: true",
     "61: `auth_without_tls` is about who logged in, and nobody can here: it "
     "needs `auth: optional` or `auth: required`"},
    {"auth: required, auth_without_tls: true, mechanisms: "
     "[SCRAM-SHA-256-PLUS]",
     "96: `SCRAM-SHA-256-PLUS` is bound to the TLS connection, and this "
     "listener has no `tls`"},
  };
  for (const auto& [keys, problem] : table)
    check_all({{with(keys), "1:" + std::string(problem)}}, "");
  check_all(
    {{"listeners: [{name: a, address: \"[::]:25\", protocol: lmtp}]\n",
      "1:32: LMTP must not be spoken on port 25 (RFC 2033, 5)"},
     {"listeners: [{name: a, address: \"[::]:24\", auth: required, "
      "auth_without_tls: true}]\n",
      "1:49: there is nothing to check a login with: add a section `auth`, "
      "such as `auth: [{type: directory}]`"},
     {"listeners: [{name: a, address: \"[::]:24\", tls: starttls, "
      "client_certificate: require}]\n"
      "tls: {certificates: [{certificate: /dev/null, key: /dev/null}]}\n",
      "1:78: `client_certificate` needs `tls.client_authority`: whose "
      "certificates are good"}},
    "");
}

BOOST_AUTO_TEST_CASE(a_value_that_can_not_be_read_has_no_second_problem) {
  for (const std::string_view keys :
       {"auth: requird, require_sender_match: true",
        "auth: required, tls: starttsl", "require: [tls], tls: starttsl"})
    BOOST_TEST(faults_of(read_text(with(keys))).size() == 1U, keys);
}

BOOST_AUTO_TEST_CASE(scram_that_is_named_wants_a_source_that_can) {
  const std::string listener
    = "listeners: [{name: a, address: \"[::]:24\", auth: required, "
      "auth_without_tls: true";
  const std::string command = "auth: [{type: command, run: /bin/true}]\n";
  const std::string hash = "$argon2id$v=19$m=19456,t=2,p=1$"
                           "c29tZXNhbHRzb21lc2FsdA$c29tZXNhbHRzb21lc2FsdA";
  const std::string verifier = "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$"
                               + std::string(43, 'A')
                               + "=:" + std::string(43, 'A') + '=';
  const auto named = listener + ", mechanisms: [PLAIN, SCRAM-SHA-256]}]\n";
  const std::string problem
    = "1:103: no source of `auth` can serve `SCRAM-SHA-256`: add `{type: "
      "directory}`, or a `scram` verifier to a user of `{type: users}`";
  check_all({{named + command, problem},
             {named + "auth: [{type: users, users: {a: \"" + hash + "\"}}]\n",
              problem}},
            "");
  for (const auto& text :
       {listener + "}]\n" + command, named + "auth: [{type: directory}]\n",
        named + "auth: [{type: users, users: {a: {scram: \"" + verifier
          + "\"}}}]\n"})
    good(read_text(text));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
