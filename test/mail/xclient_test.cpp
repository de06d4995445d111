#include "mail/smtp/xclient.hpp"
#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// XCLIENT: a trusted client says who stands behind it.

namespace {

using owner = receiver_owner;
using stagepost::sasl::mechanism;
using stagepost::smtp::read_xclient;

const std::string refused[] = {
  "",
  " ",
  "NAME",
  "=x",
  "NAME=",
  "WHAT=x",
  "NAME=x NAME=y",
  "NAME=x name=y",
  "NAME=x  ADDR=192.0.2.1",
  "NAME=x ADDR",
  "NAME=a+0D+0Ab",
  "NAME=a+0",
  "NAME=a+2b",
  "NAME=a=b",
  "NAME=" + std::string(256, 'x'),
  "ADDR=192.0.2",
  "ADDR=192.0.2.256",
  "ADDR=mx.example.com",
  "ADDR=IPV6:192.0.2.1.1",
  "ADDR=IPV6:",
  "ADDR=[192.0.2.1]",
  "DESTADDR=here",
  "PORT=x",
  "PORT=-1",
  "PORT=123456",
  "PORT=65536",
  "DESTPORT=25a",
  "PROTO=LMTP",
  "PROTO=HTTP",
};

owner::settings members() {
  auto x = script::small();
  x.auth_required = true;
  x.mechanisms = {mechanism::plain};
  x.auth_without_tls = true;
  return x;
}

owner::settings without_it() {
  auto x = script::small();
  x.offers.xclient = false;
  return x;
}

const std::string untrusted
  = "550 5.7.1 Who you are is known by your address\r\n";
const std::string greeting = "220 mx ESMTP Stagepost\r\n";
const std::string syntax = "501 5.5.4 Syntax error in the argument\r\n";
const turn xclient_ehlo
  = ehlo_with({"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME",
               "SMTPUTF8", "DSN", "STARTTLS", "LIMITS RCPTMAX=3",
               "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT",
               "ENHANCEDSTATUSCODES"});
const std::string with_auth
  = hello({"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME",
           "SMTPUTF8", "DSN", "AUTH PLAIN", "STARTTLS", "LIMITS RCPTMAX=3",
           "XCLIENT NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT",
           "ENHANCEDSTATUSCODES"});

script trusted(std::string name, std::vector<turn> turns,
               owner::settings settings = script::small()) {
  return {std::move(name), std::move(turns),    {},
          false,           std::move(settings), true};
}

const script dialogues[] = {
  {"a_stranger_is_no_messenger",
   {ehlo, {"XCLIENT ADDR=192.0.2.1\r\n", untrusted}, mail}},
  trusted("a_dialogue_begins_anew",
          {xclient_ehlo,
           {"XCLIENT NAME=spike.example ADDR=192.0.2.1\r\n", greeting},
           {mail.client, "503 5.5.1 Say EHLO or HELO first\r\n"},
           xclient_ehlo,
           mail}),
  trusted("it_may_come_before_a_hello",
          {{"XCLIENT ADDR=192.0.2.1\r\n", greeting}, xclient_ehlo}),
  trusted("what_is_malformed_changes_nothing",
          {xclient_ehlo,
           {"XCLIENT ADDR=spike\r\n", syntax},
           {"XCLIENT\r\n", "501 5.5.4 The command needs an argument\r\n"},
           mail}),
  trusted("not_amid_a_transaction", {xclient_ehlo,
                                     mail,
                                     {"XCLIENT ADDR=192.0.2.1\r\n",
                                      "503 5.5.1 A transaction is open\r\n"},
                                     rcpt}),
  trusted("a_login_is_taken_over",
          {{"EHLO me\r\n", with_auth},
           {mail.client, "530 5.7.0 Authentication required\r\n"},
           {"XCLIENT LOGIN=alice\r\n", greeting},
           xclient_ehlo,
           mail,
           rset,
           {"XCLIENT LOGIN=[UNAVAILABLE]\r\n", greeting},
           {"EHLO me\r\n", with_auth},
           {mail.client, "530 5.7.0 Authentication required\r\n"}},
          members()),
  trusted("it_can_be_switched_off",
          {ehlo, {"XCLIENT ADDR=192.0.2.1\r\n", untrusted}}, without_it()),
};

} // namespace

BOOST_AUTO_TEST_SUITE(xclient)

BOOST_DATA_TEST_CASE(what_is_none_is_refused, refused, text) {
  BOOST_TEST(read_xclient(text).error()
             == make_error_code(stagepost::format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(attributes_are_read_in_any_order_and_case) {
  const auto x = read_xclient("addr=192.0.2.1 Name=spike.example PORT=1024 "
                              "PROTO=esmtp HELO=me LOGIN=a+2Bb+3Dc "
                              "DESTADDR=IPV6:::1 DESTPORT=25");
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->address.value() == "192.0.2.1");
  BOOST_TEST(x->name.value() == "spike.example");
  BOOST_TEST(x->protocol.value() == "esmtp");
  BOOST_TEST(x->helo.value() == "me");
  BOOST_TEST(x->login.value() == "a+b=c");
}

BOOST_AUTO_TEST_CASE(addresses_of_version_6_lose_their_prefix) {
  BOOST_TEST(read_xclient("ADDR=IPV6:2001:db8::1")->address.value()
             == "2001:db8::1");
  BOOST_TEST(read_xclient("ADDR=ipv6:::1")->address.value() == "::1");
}

BOOST_AUTO_TEST_CASE(not_said_is_not_the_same_as_not_known) {
  const auto x = read_xclient("NAME=[UNAVAILABLE] ADDR=[tempunavail] "
                              "PORT=[UNAVAILABLE] PROTO=[UNAVAILABLE]");
  BOOST_REQUIRE(x.has_value());
  BOOST_TEST(x->name.value().empty());
  BOOST_TEST(x->address.value().empty());
  BOOST_TEST(x->protocol.value().empty());
  BOOST_TEST(!x->helo.has_value());
  BOOST_TEST(!x->login.has_value());
}

BOOST_DATA_TEST_CASE(each_command_has_its_reply, dialogues, x) {
  play_by_turns(x);
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  play_however_cut(x);
}

BOOST_AUTO_TEST_CASE(the_owner_hears_what_was_said) {
  owner x{script::small()};
  x.machine.trust_xclient();
  x.feed(ehlo.client + "XCLIENT ADDR=192.0.2.1 HELO=spike LOGIN=alice\r\n");
  BOOST_TEST(x.client == "192.0.2.1");
  BOOST_TEST(x.machine.helo() == "spike");
  BOOST_TEST(x.machine.user() == "alice");
  BOOST_TEST(!x.machine.extended());
}

BOOST_AUTO_TEST_SUITE_END()
