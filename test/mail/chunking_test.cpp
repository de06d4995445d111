#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// BDAT (RFC 3030): content that comes in chunks of a size that is said before.

namespace {

using owner = receiver_owner;
using namespace std::string_literals;

const std::string bare
  = "550 5.6.11 Bare CR or LF in the message; lines end with CRLF\r\n";
const std::string large = "552 5.3.4 Message larger than the limit\r\n";
const std::string no_mail = "503 5.5.1 MAIL comes first\r\n";
const turn binary_mail{"MAIL FROM:<a@b> BODY=BINARYMIME\r\n",
                       "250 2.1.0 Ok\r\n"};

std::string so_far(std::size_t octets) {
  return "250 2.0.0 " + std::to_string(octets) + " octets so far\r\n";
}

owner::settings normalizing() {
  auto x = script::small();
  x.bare_newline = owner::settings::newline_rule::normalize;
  return x;
}

owner::settings without_chunking() {
  auto x = script::small();
  x.offers.chunking = false;
  return x;
}

owner::message stored(std::string content) {
  return {"a@b", {"c@d"}, std::move(content)};
}

const script dialogues[] = {
  {"one_chunk",
   {ehlo, mail, rcpt, bdat("Subject: x\r\n\r\ny\r\n", true, stored_reply),
    quit},
   {stored("Subject: x\r\n\r\ny\r\n")},
   true},
  {"several_chunks_cut_anywhere",
   {ehlo, mail, rcpt, bdat("Subj", false, so_far(4)),
    bdat("ect: x\r\n\r", false, so_far(12)),
    bdat("\ny\r\n", true, stored_reply)},
   {stored("Subject: x\r\n\r\ny\r\n")}},
  {"the_last_chunk_may_be_empty",
   {ehlo, mail, rcpt, bdat("x\r\n", false, so_far(3)),
    bdat("", false, so_far(3)), bdat("", true, stored_reply), noop},
   {stored("x\r\n")}},
  {"so_may_the_message",
   {ehlo, mail, rcpt, bdat("", true, stored_reply), mail, rcpt,
    bdat("", true, stored_reply)},
   {stored(""), stored("")}},
  {"dots_are_content",
   {ehlo, mail, rcpt, bdat("x\r\n.\r\n..\r\n", true, stored_reply)},
   {stored("x\r\n.\r\n..\r\n")}},
  {"text_without_an_end_of_line_gets_one",
   {ehlo, mail, rcpt, bdat("x\r\ny", true, stored_reply)},
   {stored("x\r\ny\r\n")}},
  {"commands_in_a_chunk_are_content",
   {ehlo, mail, rcpt, bdat("RSET\r\nQUIT\r\n", true, stored_reply), noop},
   {stored("RSET\r\nQUIT\r\n")}},
  {"messages_follow_each_other_by_both_ways",
   {ehlo, mail, rcpt, bdat("1\r\n", true, stored_reply), mail, rcpt, data,
    silent("2\r\n"), dot, mail, rcpt, bdat("3\r\n", true, stored_reply)},
   {stored("1\r\n"), stored("2\r\n"), stored("3\r\n")}},
  {"binary_content_is_kept_octet_for_octet",
   {ehlo, binary_mail, rcpt, bdat("\0\r\xff\n"s, false, so_far(4)),
    bdat("\r\n.\r\n\r", true, stored_reply)},
   {stored("\0\r\xff\n\r\n.\r\n\r"s)}},
  {"nor_is_binary_content_normalised",
   {ehlo, binary_mail, rcpt, bdat("a\nb\rc", true, stored_reply)},
   {stored("a\nb\rc")},
   false,
   normalizing()},
  {"a_bare_newline_is_refused_in_text",
   {ehlo, mail, rcpt, bdat("a\nb\r\n", true, bare), mail, rcpt,
    bdat("a\rb\r\n", true, bare), mail, rcpt, bdat("a\r", true, bare), mail,
    rcpt, bdat("good\r\n", true, stored_reply)},
   {stored("good\r\n")}},
  {"one_at_the_seam_of_two_chunks_is_refused",
   {ehlo, mail, rcpt, bdat("a\r", false, so_far(1)), bdat("b\r\n", true, bare),
    noop}},
  {"a_bare_newline_is_normalised_in_text",
   {ehlo, mail, rcpt, bdat("a\nb\r", false, so_far(4)),
    bdat("c", true, stored_reply)},
   {stored("a\r\nb\r\nc\r\n")},
   false,
   normalizing()},
  {"what_follows_a_refused_chunk_is_no_message",
   {ehlo, mail, rcpt, bdat("a\nb", false, bare), bdat("evil", false, no_mail),
    bdat("evil\r\n", true, no_mail), bdat("", true, no_mail), mail, rcpt,
    bdat("good\r\n", true, stored_reply)},
   {stored("good\r\n")}},
  {"a_chunk_wants_mail",
   {ehlo, bdat("MAIL FROM:<e@f>\r\n", true, no_mail),
    bdat("QUIT\r\n", false, no_mail), bdat("", true, no_mail), noop}},
  {"a_chunk_wants_recipients",
   {ehlo,
    mail,
    bdat("x", false, "503 5.5.1 RCPT comes first\r\n"),
    {rcpt.client, no_mail}}},
  {"a_chunk_wants_one_good_recipient",
   {ehlo, mail, bad_rcpt, bdat("x", false, "554 5.5.1 No valid recipients\r\n"),
    bdat("y\r\n", true, no_mail)}},
  {"a_second_last_chunk_has_no_place",
   {ehlo, mail, rcpt, bdat("x\r\n", true, stored_reply),
    bdat("y\r\n", true, no_mail)},
   {stored("x\r\n")}},
  {"rset_amid_chunks_forgets_them",
   {ehlo, mail, rcpt, bdat("evil\r\n", false, so_far(6)), rset,
    bdat("y\r\n", true, no_mail), mail, rcpt,
    bdat("good\r\n", true, stored_reply)},
   {stored("good\r\n")}},
  {"so_does_a_hello",
   {ehlo, mail, rcpt, bdat("evil\r\n", false, so_far(6)), ehlo, mail, rcpt,
    bdat("good\r\n", true, stored_reply)},
   {stored("good\r\n")}},
  {"quit_amid_chunks_stores_nothing",
   {ehlo, mail, rcpt, bdat("x\r\n", false, so_far(3)), quit},
   {},
   true},
  {"data_amid_chunks_is_refused",
   {ehlo,
    mail,
    rcpt,
    bdat("x\r\n", false, so_far(3)),
    {"DATA\r\n", "503 5.5.1 The message has begun with BDAT already\r\n", true},
    rset,
    mail,
    rcpt,
    data,
    dot},
   {stored("")}},
  {"the_envelope_is_closed_amid_chunks",
   {ehlo,
    mail,
    rcpt,
    bdat("x", false, so_far(1)),
    {rcpt.client, "503 5.5.1 The message has begun already\r\n"},
    {mail.client, "503 5.5.1 A transaction is open already\r\n"},
    {"STARTTLS\r\n", "503 5.5.1 A transaction is open\r\n"},
    bdat("y", true, stored_reply)},
   {stored("xy\r\n")}},
  {"binary_content_does_not_come_by_data",
   {ehlo,
    binary_mail,
    rcpt,
    {"DATA\r\n", "503 5.5.1 A body of BINARYMIME comes by BDAT\r\n", true},
    bdat("x", true, stored_reply)},
   {stored("x")}},
  {"a_size_that_makes_no_sense_ends_it",
   {ehlo,
    mail,
    rcpt,
    {"BDAT x LAST\r\n",
     "501 5.5.4 BDAT wants a size in octets, and maybe LAST\r\n"
     "421 4.7.0 mx Nobody can say where that chunk ends\r\n"},
    silent("evil\r\nNOOP\r\n")},
   {},
   true},
  {"so_does_one_that_is_no_ascii",
   {ehlo,
    mail,
    rcpt,
    {"BDAT 6 L\xc3\xa4ST\r\n",
     "501 5.5.4 BDAT wants a size in octets, and maybe LAST\r\n"
     "421 4.7.0 mx Nobody can say where that chunk ends\r\n"},
    silent("NOOP\r\n")},
   {},
   true},
  {"a_chunk_over_the_size_is_refused_at_its_end",
   {ehlo, mail, rcpt, bdat(std::string(1001, 'x'), true, large), noop}},
  {"so_is_a_message_of_small_chunks",
   {ehlo, mail, rcpt, bdat(std::string(600, 'x'), false, so_far(600)),
    bdat(std::string(401, 'x'), false, large), bdat("y", true, no_mail)}},
  {"a_message_may_have_its_size_exactly",
   {ehlo, mail, rcpt, bdat(std::string(600, 'x'), false, so_far(600)),
    bdat(std::string(398, 'x') + "\r\n", true, stored_reply)},
   {stored(std::string(998, 'x') + "\r\n")}},
  {"a_chunk_far_over_the_size_is_not_waited_for",
   {ehlo,
    mail,
    rcpt,
    {"BDAT 1052577 LAST\r\n",
     "421 4.3.4 mx Message far larger than the limit\r\n"},
    silent("NOOP\r\n")},
   {},
   true},
  {"nor_is_one_of_no_message",
   {ehlo,
    {"BDAT 18446744073709551615\r\n",
     "421 4.3.4 mx Message far larger than the limit\r\n"}},
   {},
   true},
  {"where_it_is_not_offered_a_chunk_is_taken_and_refused",
   {ehlo_with({"PIPELINING", "SIZE 1000", "8BITMIME", "SMTPUTF8", "DSN",
               "STARTTLS", "LIMITS RCPTMAX=3", "ENHANCEDSTATUSCODES"}),
    {binary_mail.client, "555 5.5.4 Parameter not recognized\r\n"},
    mail,
    rcpt,
    bdat("QUIT\r\n", true, "502 5.5.1 Command not implemented\r\n"),
    noop},
   {},
   false,
   without_chunking()},
};

} // namespace

BOOST_AUTO_TEST_SUITE(chunking)

BOOST_DATA_TEST_CASE(each_chunk_has_its_reply, dialogues, x) {
  play_by_turns(x);
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  play_however_cut(x);
}

BOOST_AUTO_TEST_CASE(a_chunk_that_the_owner_refuses_is_taken_and_forgotten) {
  owner x{script::small()};
  x.refuse_content = true;
  const auto chunk = bdat("QUIT\r\n", false, "").client;
  x.feed(ehlo.client + mail.client + rcpt.client + chunk);
  BOOST_TEST(x.said().ends_with("\r\n452 4.3.1 Full\r\n"));
  x.refuse_content = false;
  x.feed("BDAT 6 LAST\r\nevil\r\nNOOP\r\n");
  BOOST_TEST(
    x.said().ends_with("\r\n503 5.5.1 MAIL comes first\r\n250 2.0.0 Ok\r\n"));
  BOOST_TEST(x.stored.empty());
}

BOOST_AUTO_TEST_CASE(the_trace_stands_before_the_first_chunk) {
  owner x{script::small()};
  x.trace = "Received: by mx\r\n";
  x.feed(ehlo.client + mail.client + rcpt.client
         + "BDAT 1\r\nxBDAT 3 LAST\r\ny\r\n");
  BOOST_REQUIRE(x.stored.size() == 1U);
  BOOST_TEST(x.stored[0].content == "Received: by mx\r\nxy\r\n");
}

BOOST_AUTO_TEST_CASE(between_chunks_a_dialogue_is_closed_at_once) {
  const stagepost::smtp::reply shutdown{421, {4, 3, 2}, "Shutting down"};
  const std::string begun
    = ehlo.client + mail.client + rcpt.client + "BDAT 1\r\nx";
  owner idle{script::small()};
  idle.feed(begun);
  idle.machine.close(shutdown);
  BOOST_TEST(idle.said().ends_with("\r\n421 4.3.2 Shutting down\r\n"));
  BOOST_TEST(idle.hung_up());
  owner within{script::small()};
  within.feed(begun + "BDAT 3 LAST\r\n");
  within.machine.close(shutdown);
  BOOST_TEST(!within.hung_up());
  within.feed("y\r\n");
  BOOST_TEST(within.said().ends_with("\r\n421 4.3.2 Shutting down\r\n"));
  BOOST_TEST(within.hung_up());
  BOOST_TEST(within.stored.empty());
}

BOOST_AUTO_TEST_SUITE_END()
