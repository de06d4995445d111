#include "receiver_owner.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>

namespace {

using owner = receiver_owner;

struct turn {
  std::string client; ///< With its CRLF.
  std::string server; ///< All that is answered to it.
};

struct dialogue {
  std::string name;
  std::vector<turn> turns;
  std::vector<owner::message> stored = {};
  bool hangs_up = false;
};
std::ostream& operator<<(std::ostream& out, const dialogue& x) {
  return out << x.name;
}

const turn ehlo{"EHLO me\r\n",
                "250-mx greets me\r\n250-PIPELINING\r\n250-SIZE 1000\r\n"
                "250-8BITMIME\r\n250-STARTTLS\r\n250 ENHANCEDSTATUSCODES\r\n"};
const turn helo{"HELO me\r\n", "250 mx greets me\r\n"};
const turn mail{"MAIL FROM:<a@b>\r\n", "250 2.1.0 Ok\r\n"};
const turn rcpt{"RCPT TO:<c@d>\r\n", "250 2.1.5 Ok\r\n"};
const turn bad_rcpt{"RCPT TO:<unknown@d>\r\n", "550 5.1.1 No such user\r\n"};
const turn data{"DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\r\n"};
const turn quit{"QUIT\r\n", "221 2.0.0 Bye\r\n"};
const turn dot{".\r\n", "250 2.0.0 Stored\r\n"};
const std::string unknown = "500 5.5.2 Command not recognized\r\n";
const std::string goodbye = "421 4.7.0 mx Closing connection\r\n";
const std::string binary
  = "500 5.5.2 Commands are printable ASCII and end with CRLF\r\n";

turn silent(std::string client) {
  return {std::move(client), ""};
}

owner::settings small() {
  owner::settings x;
  x.hostname = "mx";
  x.message_size = 1000;
  x.recipients = 3;
  x.unknown_commands = 3;
  x.starttls = true;
  return x;
}

const dialogue dialogues[] = {
  {"one_message",
   {ehlo, mail, rcpt, data, silent("Subject: x\r\n\r\n"), silent("..y\r\n"),
    dot, quit},
   {{"a@b", {"c@d"}, "Subject: x\r\n\r\n.y\r\n"}},
   true},
  {"two_messages_by_helo",
   {helo, mail, rcpt, data, silent("1\r\n"), dot, mail, rcpt, rcpt, data,
    silent("2\r\n"), dot},
   {{"a@b", {"c@d"}, "1\r\n"}, {"a@b", {"c@d", "c@d"}, "2\r\n"}}},
  {"an_empty_message", {ehlo, mail, rcpt, data, dot}, {{"a@b", {"c@d"}, ""}}},
  {"the_null_sender_is_welcome",
   {ehlo,
    {"MAIL FROM:<>\r\n", "250 2.1.0 Ok\r\n"},
    {"RCPT TO:<Postmaster>\r\n", "250 2.1.5 Ok\r\n"},
    data,
    dot},
   {{"", {"Postmaster"}, ""}}},
  {"only_accepted_recipients_count",
   {ehlo,
    mail,
    bad_rcpt,
    rcpt,
    {"RCPT TO:<later@d>\r\n", "451 4.7.1 Later\r\n"},
    data,
    dot},
   {{"a@b", {"c@d"}, ""}}},
  {"over_the_limit_the_others_wait",
   {ehlo,
    mail,
    rcpt,
    rcpt,
    rcpt,
    {"RCPT TO:<e@f>\r\n",
     "452 4.5.3 Too many recipients; send to the others later\r\n"},
    {"RCPT TO:<g@h>\r\n",
     "452 4.5.3 Too many recipients; send to the others later\r\n"},
    data,
    dot},
   {{"a@b", {"c@d", "c@d", "c@d"}, ""}}},
  {"a_source_route_is_dropped",
   {ehlo, mail, {"RCPT TO:<@x,@y:c@d>\r\n", "250 2.1.5 Ok\r\n"}, data, dot},
   {{"a@b", {"c@d"}, ""}}},
  {"mail_wants_a_hello",
   {{mail.client, "503 5.5.1 Say EHLO or HELO first\r\n"}}},
  {"a_hello_wants_a_name",
   {{"EHLO\r\n", "501 5.5.4 The command needs an argument\r\n"},
    {"HELO \r\n", "501 5.5.4 The command needs an argument\r\n"},
    helo}},
  {"mail_is_not_nested",
   {ehlo, mail, {mail.client, "503 5.5.1 A transaction is open already\r\n"}}},
  {"rcpt_wants_mail", {ehlo, {rcpt.client, "503 5.5.1 MAIL comes first\r\n"}}},
  {"data_wants_mail", {ehlo, {"DATA\r\n", "503 5.5.1 MAIL comes first\r\n"}}},
  {"data_wants_recipients",
   {ehlo, mail, {"DATA\r\n", "503 5.5.1 RCPT comes first\r\n"}}},
  {"data_wants_one_good_recipient",
   {ehlo, mail, bad_rcpt, {"DATA\r\n", "554 5.5.1 No valid recipients\r\n"}}},
  {"rset_forgets_the_transaction",
   {ehlo,
    mail,
    rcpt,
    {"RSET\r\n", "250 2.0.0 Ok\r\n"},
    {rcpt.client, "503 5.5.1 MAIL comes first\r\n"}}},
  {"a_second_hello_forgets_the_transaction",
   {ehlo, mail, rcpt, ehlo, mail, rcpt, data, dot},
   {{"a@b", {"c@d"}, ""}}},
  {"sizes_are_refused_early",
   {ehlo,
    {"MAIL FROM:<a@b> SIZE=1001\r\n",
     "552 5.3.4 Message larger than the limit\r\n"},
    {"MAIL FROM:<a@b> SIZE=99999999999999999999\r\n",
     "552 5.3.4 Message larger than the limit\r\n"},
    {"MAIL FROM:<a@b> SIZE=x\r\n", "501 5.5.4 Bad value of a parameter\r\n"},
    {"MAIL FROM:<a@b> SIZE=1000 BODY=8BITMIME\r\n", "250 2.1.0 Ok\r\n"}}},
  {"sizes_are_refused_at_the_end",
   {ehlo,
    mail,
    rcpt,
    data,
    silent("\r\n" + std::string(998, 'x') + "\r\n"),
    {".\r\n", "552 5.3.4 Message larger than the limit\r\n"},
    mail,
    rcpt,
    data,
    silent(std::string(998, 'x') + "\r\n"),
    dot},
   {{"a@b", {"c@d"}, std::string(998, 'x') + "\r\n"}}},
  {"what_was_not_offered_is_refused",
   {ehlo,
    {"MAIL FROM:<a@b> SMTPUTF8\r\n", "555 5.5.4 Parameter not recognized\r\n"},
    mail,
    {"RCPT TO:<a@b> NOTIFY=NEVER\r\n",
     "555 5.5.4 Parameter not recognized\r\n"}}},
  {"addresses_are_checked",
   {ehlo,
    {"MAIL FROM:<a@b@c>\r\n", "501 5.1.7 Bad sender address\r\n"},
    mail,
    {"RCPT TO:<alice>\r\n", "501 5.1.3 Bad recipient address\r\n"},
    {"RCPT TO:<>\r\n", "501 5.1.3 Bad recipient address\r\n"},
    {"DATA\r\n", "554 5.5.1 No valid recipients\r\n"}}},
  {"vrfy_tells_nothing",
   {{"VRFY alice\r\n", "252 2.1.5 Send mail to it, and see\r\n"},
    {"VRFY unknown@d\r\n", "252 2.1.5 Send mail to it, and see\r\n"}}},
  {"help_noop_and_expn",
   {{"HELP\r\n",
     "214-2.0.0 EHLO HELO MAIL RCPT DATA RSET NOOP QUIT VRFY HELP STARTTLS\r\n"
     "214 2.0.0 See RFC 5321\r\n"},
    {"NOOP\r\n", "250 2.0.0 Ok\r\n"},
    {"EXPN list\r\n", "502 5.5.1 Command not implemented\r\n"},
    {"AUTH PLAIN\r\n", "502 5.5.1 Command not implemented\r\n"}}},
  {"unknown_commands_end_it",
   {{"WHAT\r\n", unknown},
    {"\r\n", unknown},
    {"NOOP\r\n", "250 2.0.0 Ok\r\n"},
    {std::string(3000, 'x') + "\r\n", "500 5.5.6 Line too long\r\n"},
    {"WHAT\r\n", "421 4.7.0 mx Too many bad commands\r\n"},
    silent("NOOP\r\n")},
   {},
   true},
  {"an_octet_that_has_no_place_spoils_its_line",
   {ehlo,
    {"NO\rOP\r\n", binary},
    {std::string("NOOP\0\r\n", 7), binary},
    {"EHLO m\xc3\xbc\r\n", binary},
    mail}},
  {"a_bare_lf_ends_it",
   {ehlo,
    {"NOOP\n",
     "500 5.5.2 Lines end with CRLF, not with LF alone\r\n" + goodbye},
    silent("MAIL FROM:<a@b>\r\n")},
   {},
   true},
  {"a_web_client_is_sent_away",
   {{"POST / HTTP/1.1\r\n", "421 4.7.0 mx This is not a web server\r\n"},
    silent("Host: mx\r\n\r\nMAIL FROM:<a@b>\r\n")},
   {},
   true},
  {"starttls_takes_no_argument",
   {ehlo, {"STARTTLS now\r\n", "501 5.5.4 The command takes no argument\r\n"}}},
};

/// Feeds the client's side, cut at `cuts`.
owner run(const dialogue& x, std::vector<std::size_t> cuts) {
  std::string all;
  for (const auto& t : x.turns)
    all += t.client;
  owner out{small()};
  cuts.push_back(all.size());
  std::size_t from = 0;
  for (const auto to : cuts) {
    out.feed(std::string_view{all}.substr(from, to - from));
    from = to;
  }
  return out;
}

void check(owner& out, const dialogue& x, const std::string& how) {
  std::string expected;
  for (const auto& t : x.turns)
    expected += t.server;
  BOOST_REQUIRE_MESSAGE(out.said() == expected,
                        how << ": " << out.said() << "instead of " << expected);
  BOOST_REQUIRE_EQUAL(out.hung_up(), x.hangs_up);
  BOOST_REQUIRE_EQUAL(out.stored.size(), x.stored.size());
  for (std::size_t i = 0; i < x.stored.size(); ++i) {
    BOOST_REQUIRE_EQUAL(out.stored[i].sender, x.stored[i].sender);
    BOOST_REQUIRE(out.stored[i].recipients == x.stored[i].recipients);
    BOOST_REQUIRE_EQUAL(out.stored[i].content, x.stored[i].content);
  }
}

} // namespace

BOOST_AUTO_TEST_SUITE(receiver)

BOOST_DATA_TEST_CASE(each_command_has_its_reply, dialogues, x) {
  owner out{small()};
  std::size_t before = 0;
  for (const auto& t : x.turns) {
    out.feed(t.client);
    BOOST_TEST(out.said().substr(before) == t.server);
    before = out.said().size();
  }
  check(out, x, "by turns");
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  std::size_t size = 0;
  for (const auto& t : x.turns)
    size += t.client.size();
  auto whole = run(x, {});
  check(whole, x, "whole");
  std::vector<std::size_t> all;
  for (std::size_t at = 1; at < size; ++at) {
    auto split = run(x, {at});
    check(split, x, "split at " + std::to_string(at));
    all.push_back(at);
  }
  auto single = run(x, all);
  check(single, x, "one by one");
}

BOOST_AUTO_TEST_SUITE_END()
