#include "mail/smtp/sender.hpp"
#include "test/mail/sender_script.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using namespace stagepost::test;
using policy = smtp::sender::tls_policy;
using awaited = smtp::sender::awaited;

namespace {

/// A server that takes chunks and commands together is ready.
const std::string both = R"(
  S: 220 mx
  C: EHLO us
  S: 250-mx
  S: 250-CHUNKING
  S: 250 PIPELINING
  ? ready)";

const std::string envelope = R"(
  ! begin
  C: MAIL FROM:<s@y.org>
  C: RCPT TO:<a@x.org>
  C: RCPT TO:<b@x.org>)";

const std::string taken = R"(
  S: 250 Ok
  S: 250 Ok
  S: 250 Ok)";

/// To servers that wait for each command.
const std::string one_by_one = R"(
  ! begin
  C: MAIL FROM:<s@y.org>
  ? none
  S: 250 Ok
  C: RCPT TO:<a@x.org>
  S: 250 Ok
  C: RCPT TO:<b@x.org>
  S: 250 Ok)";

smtp::sender::envelope large() {
  auto x = two();
  x.size = 1'000'000;
  return x;
}

} // namespace

// Content in chunks (RFC 3030).
BOOST_AUTO_TEST_SUITE(sender_chunks)

BOOST_AUTO_TEST_CASE(a_small_message_goes_in_one_flight) {
  play(both + envelope + R"(
    ? send_content
    ! last 10
    C: BDAT 10 LAST
    ? none)"
       + taken + R"(
    ? none
    S: 250 2.0.0 Queued
    ? finished
    usable
    = 250 2.0.0 Queued
    = 250 2.0.0 Queued
    ! proceed
    ? ready)"
       + envelope);
}

BOOST_AUTO_TEST_CASE(a_large_message_waits_for_its_recipients) {
  play(both + envelope + R"(
    ? none)"
         + taken + R"(
    ? send_content
    ! chunk 500
    C: BDAT 500
    ? send_content
    ! chunk 400
    C: BDAT 400
    ? send_content
    S: 250 500 octets
    ? send_content
    ! last 0
    C: BDAT 0 LAST
    ? none
    S: 250 400 octets
    ? none
    S: 250 2.0.0 Queued
    ? finished
    usable
    = 250 2.0.0 Queued)",
       policy::none, large());
}

BOOST_AUTO_TEST_CASE(without_pipelining_each_chunk_is_answered_first) {
  play(chunking + one_by_one + R"(
    ? send_content
    ! chunk 500
    C: BDAT 500
    ? none
    S: 250 Ok
    ? send_content
    ! last 400
    C: BDAT 400 LAST
    ? none
    S: 250 2.0.0 Queued
    ? finished
    usable
    = 250 2.0.0 Queued)");
}

BOOST_AUTO_TEST_CASE(nothing_is_sent_when_all_are_refused_in_time) {
  const std::string none = R"(
    S: 250 Ok
    S: 550 No
    S: 551 No
    ? finished
    usable
    = 550 No
    = 551 No
    ! proceed
    C: RSET
    S: 250 Ok
    ? ready)";
  play(both + envelope + none, policy::none, large());
  play(both + envelope + none); // it answered before the chunk was sent
  play(both + envelope + R"(
    S: 450 4.7.1 Later
    S: 503 Bad sequence
    S: 503 Bad sequence
    ? finished
    usable
    = 450 4.7.1 Later
    = 450 4.7.1 Later
    ! proceed
    ? ready)",
       policy::none, large());
}

BOOST_AUTO_TEST_CASE(a_chunk_that_was_on_its_way_is_answered_too) {
  play(both + envelope + R"(
    ! last 10
    C: BDAT 10 LAST
    S: 250 Ok
    S: 550 No
    S: 551 No
    ? none
    S: 554 5.5.1 No recipients
    ? finished
    usable
    = 550 No
    = 551 No
    ! proceed
    C: RSET
    S: 250 Ok
    ? ready)");
  play(both + envelope + R"(
    ! last 10
    C: BDAT 10 LAST
    S: 450 4.7.1 Later
    S: 503 Bad sequence
    S: 503 Bad sequence
    S: 503 Bad sequence
    ? finished
    usable
    = 450 4.7.1 Later
    = 450 4.7.1 Later
    ! proceed
    ? ready)");
}

BOOST_AUTO_TEST_CASE(a_refused_chunk_decides_those_who_were_taken) {
  play(both + envelope + R"(
    ! last 10
    C: BDAT 10 LAST
    S: 250 Ok
    S: 550 No
    S: 250 Ok
    S: 452 4.3.1 Full
    ? finished
    usable
    = 550 No
    = 452 4.3.1 Full
    doubt
    ! proceed
    C: RSET)");
  play(both + envelope + taken + R"(
    ! chunk 500
    C: BDAT 500
    ! chunk 500
    C: BDAT 500
    S: 552 5.3.4 Too much
    ? none
    S: 503 5.5.1 What
    ? finished
    usable
    = 552 5.3.4 Too much
    = 552 5.3.4 Too much
    ! proceed
    C: RSET
    S: 250 Ok
    ? ready)",
       policy::none, large());
}

BOOST_AUTO_TEST_CASE(chunks_that_are_not_answered_as_chunks_end_the_dialogue) {
  play(chunking + one_by_one + R"(
    ! last 10
    C: BDAT 10 LAST
    S: 354 Go on
    ? finished
    unusable
    = 451 4.5.0 In doubt, for the whole message was sent and its answer is missing: Server broke the protocol: 250 was due, and it said 354 Go on
    doubt 0 1)");
  play(chunking + one_by_one + R"(
    S: 250 Queued
    ? finished
    unusable
    = 451 4.5.0 Server broke the protocol: the content was due, and it said 250 Queued
    doubt)");
  play(chunking + one_by_one + R"(
    ! chunk 10
    C: BDAT 10
    S: 250 Ok
    S: 451 4.4.2 Too slow
    ? finished
    unusable
    = 451 4.4.2 Too slow
    doubt)");
}

BOOST_AUTO_TEST_CASE(what_was_sent_whole_and_not_answered_is_in_doubt) {
  play(chunking + one_by_one + R"(
    ! last 10
    C: BDAT 10 LAST
    ! lost
    ? finished
    = 451 4.4.2 In doubt, for the whole message was sent and its answer is missing: Timed out
    doubt 0 1)");
  play(both + envelope + R"(
    ! last 10
    C: BDAT 10 LAST
    S: 250 Ok
    S: 550 No
    ! lost
    ? finished
    = 550 No
    = 451 4.4.2 In doubt, for the whole message was sent and its answer is missing: Timed out
    doubt 1)");
  const std::string by_data = all_at_once + R"(
    S: 250 Ok
    S: 550 No
    S: 250 Ok
    S: 354 Go on)";
  play(pipelined + by_data + "\n! sent\n! lost\n? finished\ndoubt 1");
  play(pipelined + by_data + "\n! sent\n! lost_early\n? finished\ndoubt");
  play(pipelined + by_data + "\n! lost\n? finished\ndoubt");
  play(pipelined + by_data + "\n! sent\nS: 421 Bye\n? finished\ndoubt");
  play(pipelined + by_data + "\n! sent\nS: 451 No\n? finished\ndoubt");
  play(pipelined + by_data + "\n! sent\nS: wha\n? finished\ndoubt 1");
  play(chunking + one_by_one
       + "\n! chunk 9\nC: BDAT 9\n! lost\n? finished\ndoubt");
}

BOOST_AUTO_TEST_CASE(binary_content_is_announced_and_goes_as_it_is) {
  auto x = two();
  x.binary = true;
  const struct {
    std::string offered;
    bool binary;
    smtp::sender::framing way;
  } table[] = {
    {"250 PIPELINING\r\n", false, smtp::sender::framing::dots},
    {"250-CHUNKING\r\n250 BINARYMIME\r\n", false,
     smtp::sender::framing::chunks},
    {"250-CHUNKING\r\n250 BINARYMIME\r\n", true,
     smtp::sender::framing::binary_chunks},
  };
  for (const auto& [offered, binary, way] : table) {
    smtp::sender it({"us", policy::none, false});
    it.feed("220 mx\r\n");
    BOOST_TEST(it.take_output() == "EHLO us\r\n");
    it.feed("250-mx\r\n" + offered);
    x.binary = binary;
    it.begin(x);
    BOOST_TEST((it.content_way() == way));
  }
}

BOOST_AUTO_TEST_CASE(each_answer_has_a_time_of_its_own) {
  smtp::sender it({"us", policy::none, false});
  std::uint64_t last = 0;
  const auto now = [&](awaited due) {
    BOOST_TEST((it.awaits() == due));
    BOOST_TEST(it.steps() > last);
    last = it.steps();
    static_cast<void>(it.take_output());
  };
  now(awaited::greeting);
  it.feed("220-mx\r\n220");
  BOOST_TEST(it.steps() == last); // a drip is no reply
  it.feed(" mx\r\n");
  now(awaited::command);
  it.feed("250-mx\r\n250 CHUNKING\r\n");
  now(awaited::nothing);
  it.begin(two());
  now(awaited::command);
  for (int i = 0; i < 2; ++i) {
    it.feed("250 Ok\r\n");
    now(awaited::command);
  }
  it.feed("250 Ok\r\n");
  now(awaited::content);
  it.begin_chunk(9, false);
  now(awaited::content);
  it.feed("250 Ok\r\n");
  now(awaited::content);
  it.begin_chunk(9, true);
  now(awaited::dot);
  it.feed("250 Ok\r\n");
  now(awaited::nothing);
}

BOOST_AUTO_TEST_CASE(the_answers_to_data_and_to_the_dot_have_theirs) {
  smtp::sender it({"us", policy::none, false});
  const auto hear = [&](std::string_view said) {
    static_cast<void>(it.take_output());
    it.feed(said);
  };
  hear("220 mx\r\n");
  hear("250-mx\r\n250 PIPELINING\r\n");
  it.begin(two());
  hear("250 Ok\r\n250 Ok\r\n");
  BOOST_TEST((it.awaits() == awaited::command));
  hear("250 Ok\r\n");
  BOOST_TEST((it.awaits() == awaited::data));
  hear("354 Go on\r\n");
  BOOST_TEST((it.awaits() == awaited::content));
  it.content_sent();
  BOOST_TEST((it.awaits() == awaited::dot));
}

BOOST_AUTO_TEST_SUITE_END()
