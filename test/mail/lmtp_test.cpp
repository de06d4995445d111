#include "receiver_script.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

// LMTP (RFC 2033): LHLO, and a reply for each recipient once the content came.

namespace {

using owner = receiver_owner;

owner::settings small_lmtp() {
  auto x = script::small();
  x.lmtp = true;
  return x;
}

const turn lhlo{"LHLO me\r\n", ehlo.server};
const turn full{"RCPT TO:<full@d>\r\n", "250 2.1.5 Ok\r\n"};
const std::string no_room = "452 4.2.2 Mailbox full\r\n";
const std::string large = "552 5.3.4 Message larger than the limit\r\n";
const std::string bare
  = "550 5.6.11 Bare CR or LF in the message; lines end with CRLF\r\n";

std::string repeated(int n, const std::string& x) {
  std::string out;
  while (n-- > 0)
    out += x;
  return out;
}

script by_lmtp(std::string name, std::vector<turn> turns,
               std::vector<owner::message> stored = {}, bool hangs_up = false) {
  return {std::move(name), std::move(turns), std::move(stored), hangs_up,
          small_lmtp()};
}

const script dialogues[] = {
  by_lmtp("lmtp_is_no_smtp",
          {{"EHLO me\r\n", "500 5.5.1 This is LMTP: say LHLO\r\n"},
           {"HELO me\r\n", "500 5.5.1 This is LMTP: say LHLO\r\n"},
           {mail.client, "503 5.5.1 Say LHLO first\r\n"},
           lhlo,
           mail}),
  by_lmtp("each_recipient_has_a_reply",
          {lhlo,
           mail,
           rcpt,
           full,
           rcpt,
           data,
           silent("x\r\n"),
           {".\r\n", stored_reply + no_room + stored_reply},
           noop},
          {{"a@b", {"c@d", "full@d", "c@d"}, "x\r\n"}}),
  by_lmtp("one_that_was_refused_has_none",
          {lhlo, mail, bad_rcpt, rcpt, bad_rcpt, data, dot, quit},
          {{"a@b", {"c@d"}, ""}}, true),
  by_lmtp("so_it_is_behind_the_last_chunk",
          {lhlo, mail, full, rcpt,
           bdat("x", false, "250 2.0.0 1 octets so far\r\n"),
           bdat("y\r\n", true, no_room + stored_reply), noop},
          {{"a@b", {"full@d", "c@d"}, "xy\r\n"}}),
  by_lmtp("a_refusal_is_said_to_each", {lhlo,
                                        mail,
                                        rcpt,
                                        rcpt,
                                        data,
                                        silent("a\nb\r\n"),
                                        {".\r\n", repeated(2, bare)},
                                        mail,
                                        rcpt,
                                        rcpt,
                                        rcpt,
                                        data,
                                        silent(std::string(1000, 'x') + "\r\n"),
                                        {".\r\n", repeated(3, large)},
                                        noop}),
  by_lmtp("so_it_is_for_the_last_chunk",
          {lhlo, mail, rcpt, rcpt, bdat("a\nb", true, repeated(2, bare)), mail,
           rcpt, rcpt, bdat(std::string(1001, 'x'), false, large), noop}),
  by_lmtp("data_wants_a_good_recipient",
          {lhlo,
           mail,
           bad_rcpt,
           {"DATA\r\n", "503 5.5.1 No valid recipients\r\n", true},
           rcpt,
           data,
           dot},
          {{"a@b", {"c@d"}, ""}}),
  by_lmtp("so_does_a_chunk",
          {lhlo, mail, bad_rcpt,
           bdat("x\r\n", true, "503 5.5.1 No valid recipients\r\n"), noop}),
  by_lmtp("rset_forgets_the_recipients",
          {lhlo, mail, rcpt, rcpt, rset, mail, rcpt, data, dot},
          {{"a@b", {"c@d"}, ""}}),
};

} // namespace

BOOST_AUTO_TEST_SUITE(lmtp)

BOOST_DATA_TEST_CASE(each_command_has_its_replies, dialogues, x) {
  play_by_turns(x);
}

BOOST_DATA_TEST_CASE(it_is_the_same_however_the_octets_come, dialogues, x) {
  play_however_cut(x);
}

BOOST_AUTO_TEST_CASE(a_last_chunk_that_the_owner_refuses_is_refused_to_each) {
  owner x{small_lmtp()};
  x.refuse_content = true;
  x.feed(lhlo.client + mail.client + rcpt.client + rcpt.client);
  const auto before = x.said().size();
  x.feed("BDAT 3 LAST\r\nx\r\nNOOP\r\n");
  BOOST_TEST(x.said().substr(before)
             == repeated(2, "452 4.3.1 Full\r\n") + noop.server);
}

BOOST_AUTO_TEST_CASE(data_that_the_owner_refuses_is_refused_once) {
  owner x{small_lmtp()};
  x.refuse_content = true;
  x.feed(lhlo.client + mail.client + rcpt.client + rcpt.client);
  const auto before = x.said().size();
  x.feed("DATA\r\n");
  BOOST_TEST(x.said().substr(before) == "452 4.3.1 Full\r\n");
}

BOOST_AUTO_TEST_CASE(where_an_outcome_is_missing_the_last_one_stands) {
  stagepost::smtp::receiver x{
    std::make_shared<const owner::settings>(small_lmtp())};
  x.feed(lhlo.client + mail.client);
  x.sender_verified({250, {2, 1, 0}, "Ok"});
  for (int n = 0; n < 3; ++n) {
    x.feed(rcpt.client);
    x.verified({250, {2, 1, 5}, "Ok"});
  }
  x.feed(data.client);
  x.content_begins({});
  x.feed(".\r\n");
  (void)x.take_replies();
  x.stored({451, {4, 3, 0}, "No database"});
  BOOST_TEST(x.take_replies() == repeated(3, "451 4.3.0 No database\r\n"));
}

BOOST_AUTO_TEST_SUITE_END()
