#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// What one session may send in all.

namespace {

using owner = receiver_owner;

const std::string enough
  = "421 4.7.0 mx Enough messages for one connection\r\n";
const std::string later
  = "452 4.5.3 Too many recipients; send to the others later\r\n";

owner::settings two_messages() {
  auto x = script::small();
  x.messages = 2;
  return x;
}

owner::settings four_recipients() {
  auto x = script::small();
  x.recipients_in_all = 4;
  return x;
}

const turn limited_ehlo = ehlo_with(
  {"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME", "SMTPUTF8",
   "DSN", "STARTTLS", "LIMITS MAILMAX=2 RCPTMAX=3", "ENHANCEDSTATUSCODES"});

const script dialogues[] = {
  {"after_so_many_messages_it_ends",
   {limited_ehlo,
    mail,
    rcpt,
    data,
    dot,
    mail,
    rcpt,
    data,
    dot,
    {mail.client, enough},
    silent(rcpt.client)},
   {{"a@b", {"c@d"}, ""}, {"a@b", {"c@d"}, ""}},
   true,
   two_messages()},
  {"a_transaction_given_up_counts",
   {limited_ehlo, mail, rset, mail, limited_ehlo, {mail.client, enough}},
   {},
   true,
   two_messages()},
  {"a_mail_that_was_refused_does_not",
   {limited_ehlo,
    mail,
    rset,
    {"MAIL FROM:<unknown@b>\r\n", "550 5.1.1 No such user\r\n"},
    {"MAIL FROM:<a@b> WHAT\r\n", "555 5.5.4 Parameter not recognized\r\n"},
    mail,
    rset,
    {mail.client, enough}},
   {},
   true,
   two_messages()},
  {"nor_does_a_new_begin_help",
   {limited_ehlo,
    mail,
    rset,
    mail,
    rset,
    starttls(),
    {"HELO me\r\n", "250 mx greets me\r\n"},
    {mail.client, enough}},
   {},
   true,
   two_messages()},
  {"over_so_many_recipients_the_others_wait",
   {ehlo,
    mail,
    rcpt,
    rcpt,
    rcpt,
    {rcpt.client, later},
    data,
    dot,
    mail,
    rcpt,
    {rcpt.client, later},
    data,
    dot,
    mail,
    {rcpt.client, later},
    {"DATA\r\n", "554 5.5.1 No valid recipients\r\n"}},
   {{"a@b", {"c@d"}, ""}, {"a@b", {"c@d"}, ""}},
   false,
   four_recipients()},
  {"who_was_refused_does_not_count",
   {ehlo,
    mail,
    bad_rcpt,
    bad_rcpt,
    bad_rcpt,
    bad_rcpt,
    rcpt,
    rcpt,
    rcpt,
    rset,
    mail,
    rcpt,
    {rcpt.client, later}},
   {},
   false,
   four_recipients()},
};

} // namespace

BOOST_AUTO_TEST_SUITE(session_limits)

BOOST_DATA_TEST_CASE(each_command_has_its_reply, dialogues, x) {
  play_by_turns(x);
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  play_however_cut(x);
}

BOOST_AUTO_TEST_CASE(a_hundred_recipients_work) {
  owner x;
  x.feed(ehlo.client + mail.client);
  for (int n = 0; n < 100; ++n)
    x.feed("RCPT TO:<c" + std::to_string(n) + "@d>\r\n");
  x.feed(data.client + dot.client);
  BOOST_REQUIRE(x.stored.size() == 1U);
  BOOST_TEST(x.stored[0].recipients.size() == 100U);
}

BOOST_AUTO_TEST_CASE(each_recipient_over_a_thousand_hears_452) {
  owner x;
  x.feed(ehlo.client + mail.client);
  for (int n = 0; n < 1000; ++n)
    x.feed("RCPT TO:<c" + std::to_string(n) + "@d>\r\n");
  const auto before = x.said().size();
  x.feed(rcpt.client + rcpt.client + rcpt.client);
  BOOST_TEST(x.said().substr(before) == later + later + later);
  x.feed(data.client + dot.client);
  BOOST_TEST(x.stored.at(0).recipients.size() == 1000U);
}

BOOST_AUTO_TEST_CASE(patience_shrinks_under_stress) {
  owner x{script::small()};
  x.feed("WHAT\r\n");
  x.machine.tighten(1);
  BOOST_TEST(!x.hung_up());
  x.feed("WHAT\r\n");
  BOOST_TEST(x.said().ends_with("\r\n421 4.7.0 mx Too many bad commands\r\n"));
  BOOST_TEST(x.hung_up());
}

BOOST_AUTO_TEST_CASE(and_does_not_grow) {
  owner x{script::small()};
  x.machine.tighten(100);
  for (int n = 0; n < 4; ++n)
    x.feed("WHAT\r\n");
  BOOST_TEST(x.hung_up());
}

BOOST_AUTO_TEST_SUITE_END()
