#include "mail/smtp/xegress.hpp"
#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <utility>

// XEGRESS: a client says how its message is to leave.

namespace {

using stagepost::egress_way;
using stagepost::smtp::read_egress_of;
using stagepost::smtp::read_xegress;
using owner = receiver_owner;

const std::pair<std::string, std::string> taken[] = {
  {"192.0.2.1;mta.example.com", "192.0.2.1/mta.example.com"},
  {"192.0.2.1;", "192.0.2.1/"},
  {";MTA.Example.COM", "/mta.example.com"},
  {"2001:DB8:0::1;a-b.example", "2001:db8::1/a-b.example"},
  {"ipv6:2001:db8::1;a", "2001:db8::1/a"},
  {"::ffff:192.0.2.1;", "192.0.2.1/"},
  {";[192.0.2.1]", "/[192.0.2.1]"},
  {";[IPv6:2001:db8::1]", "/[ipv6:2001:db8::1]"},
  {"192.0.2.1;x+2Dy.example", "192.0.2.1/x-y.example"},
};

const std::string refused[] = {
  "",
  ";",
  "192.0.2.1",
  "mta.example.com",
  "192.0.2.1/mta.example.com",
  "192.0.2.256;",
  "192.0.2;",
  "[192.0.2.1];",
  "mta.example.com;",
  "fe80::1%eth0;",
  "IPv6:;a.example",
  ";192.0.2.1",
  ";2001:db8::1",
  ";a_b.example",
  ";a..example",
  ";.example",
  ";-a.example",
  ";a b",
  ";a+20b",
  ";a+0Db",
  ";a+00b",
  ";a+2",
  ";a;b",
  ";<a>",
  ";[192.0.2]",
  ";" + std::string(256, 'a'),
  ";m\xc3\xbcnchen.example",
};

owner::settings for_all() {
  auto x = script::small();
  x.egress_for_all = true;
  return x;
}

owner::settings for_alice() {
  auto x = script::small();
  x.mechanisms = {stagepost::sasl::mechanism::plain};
  x.auth_without_tls = true;
  x.egress_users = {"bob", "alice"};
  return x;
}

owner::settings switched_off() {
  auto x = for_all();
  x.offers.xegress = false;
  return x;
}

const turn offered = ehlo_with(
  {"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME", "SMTPUTF8",
   "DSN", "STARTTLS", "LIMITS RCPTMAX=3", "XEGRESS", "ENHANCEDSTATUSCODES"});
const turn with_auth = ehlo_with(
  {"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME", "SMTPUTF8",
   "DSN", "AUTH PLAIN", "STARTTLS", "LIMITS RCPTMAX=3", "ENHANCEDSTATUSCODES"});
const std::string wished = "MAIL FROM:<a@b> XEGRESS=192.0.2.1;mta.example\r\n";
const std::string ok = "250 2.1.0 Ok\r\n";
const std::string unknown = "555 5.5.4 Parameter not recognized\r\n";
const std::string bad = "501 5.5.4 Bad value of a parameter\r\n";
const std::string login_as_alice = "AUTH PLAIN AGFsaWNlAHNlY3JldA==\r\n";

/// EHLO in that shape, by who is offered nothing.
turn shaped(const std::string& argument, turn like) {
  like.client = "EHLO " + argument + "\r\n";
  const auto at = like.server.find("greets me");
  like.server.replace(at, 9, "greets " + argument);
  return like;
}

const script dialogues[] = {
  {"a_stranger_has_no_say", {ehlo, {wished, unknown}, mail}},
  {"clients_of_the_listener_may",
   {offered, {wished, ok}},
   {},
   false,
   for_all()},
  {"a_malformed_value_is_refused",
   {offered,
    {"MAIL FROM:<a@b> XEGRESS=here;\r\n", bad},
    {"MAIL FROM:<a@b> XEGRESS=192.0.2.1\r\n", bad},
    {"MAIL FROM:<a@b> XEGRESS=;\r\n", bad},
    {"MAIL FROM:<a@b> XEGRESS\r\n", bad},
    {"MAIL FROM:<a@b> XEGRESS=;a xegress=;a\r\n", bad},
    mail},
   {},
   false,
   for_all()},
  {"a_user_may_once_logged_in",
   {with_auth,
    {wished, unknown},
    {login_as_alice, "235 2.7.0 Authentication successful\r\n"},
    {wished, ok},
    rset,
    offered},
   {},
   false,
   for_alice()},
  {"it_can_be_switched_off",
   {ehlo, {wished, unknown}},
   {},
   false,
   switched_off()},
  {"ehlo_may_carry_it",
   {shaped("[egress:192.0.2.1/mta.example]", offered), mail},
   {},
   false,
   for_all()},
  {"a_malformed_shape_is_refused_at_mail",
   {shaped("[egress:192.0.2.1;mta.example]", offered),
    {mail.client, "501 5.5.4 The way that EHLO asks for is malformed\r\n"},
    // What is said of one message is clear enough.
    {wished, ok}},
   {},
   false,
   for_all()},
  {"a_shape_without_an_end_is_malformed_too",
   {shaped("[egress:192.0.2.1/mta.example", offered),
    {mail.client, "501 5.5.4 The way that EHLO asks for is malformed\r\n"}},
   {},
   false,
   for_all()},
  {"the_shape_is_a_name_like_any_other_to_others",
   {shaped("[egress:192.0.2.1;mta.example]", ehlo), mail}},
};

std::string wish_of(const owner& x) {
  const auto& wish = x.machine.current().egress;
  return wish ? to_string(*wish) : "none";
}

} // namespace

BOOST_AUTO_TEST_SUITE(xegress)

BOOST_AUTO_TEST_CASE(both_forms_are_read_alike) {
  for (const auto& [text, expected] : taken) {
    BOOST_TEST_CONTEXT(text) {
      const auto x = read_xegress(text);
      BOOST_REQUIRE(x.has_value());
      BOOST_TEST(to_string(*x) == expected);
      BOOST_TEST((read_egress_of("[egress:" + expected + ']').value() == *x));
    }
  }
  BOOST_TEST((read_egress_of("[EGRESS:IPv6:2001:db8::1/]").value()
              == egress_way{"2001:db8::1", ""}));
}

BOOST_DATA_TEST_CASE(what_is_no_way_is_refused, refused, text) {
  BOOST_TEST(read_xegress(text).error()
             == make_error_code(stagepost::format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(what_has_not_the_shape_is_refused) {
  for (const std::string text :
       {"", "[egress:]", "[egress:/]", "[egress:192.0.2.1]",
        "egress:192.0.2.1/", "[egress:192.0.2.1/a", "[IPv6:2001:db8::1]",
        "[egres:192.0.2.1/a]", "[egress:192.0.2.1;a]", "[egress:192.0.2.1/a/b]",
        "[egress:a/b]", "[egress:192.0.2.1/mta.example"})
    BOOST_TEST(!read_egress_of(text).has_value(), text);
}

BOOST_DATA_TEST_CASE(each_command_has_its_reply, dialogues, x) {
  play_by_turns(x);
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  play_however_cut(x);
}

BOOST_AUTO_TEST_CASE(mail_comes_before_ehlo) {
  owner x{for_all()};
  x.feed("EHLO [egress:192.0.2.1/shape.example]\r\nMAIL FROM:<a@b>\r\n");
  BOOST_TEST(wish_of(x) == "192.0.2.1/shape.example");
  x.feed("RSET\r\nMAIL FROM:<a@b> XEGRESS=;mail.example\r\n");
  BOOST_TEST(wish_of(x) == "/mail.example");
  x.feed("RSET\r\nMAIL FROM:<a@b>\r\n");
  BOOST_TEST(wish_of(x) == "192.0.2.1/shape.example");
  x.feed("EHLO me\r\nMAIL FROM:<a@b>\r\n");
  BOOST_TEST(wish_of(x) == "none");
}

BOOST_AUTO_TEST_CASE(a_stranger_s_shape_is_no_wish) {
  owner x{script::small()};
  x.feed("EHLO [egress:192.0.2.1/shape.example]\r\nMAIL FROM:<a@b>\r\n");
  BOOST_TEST(wish_of(x) == "none");
  BOOST_TEST(x.said().ends_with(ok));
}

BOOST_AUTO_TEST_SUITE_END()
