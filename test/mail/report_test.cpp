#include "test/mail/report_parts.hpp"

using namespace stagepost;
using namespace stagepost::test;

BOOST_AUTO_TEST_SUITE(report)

BOOST_AUTO_TEST_CASE(the_header_says_who_reports_and_that_nobody_shall_answer) {
  auto header = parse(compose_report(facts())).whole.header;
  BOOST_TEST(header["From"]
             == "Mail Delivery System <MAILER-DAEMON@mx.example.com>");
  BOOST_TEST(header["To"] == "<s@example.org>");
  BOOST_TEST(header["Subject"] == "Undelivered mail");
  BOOST_TEST(header["Date"] == "Sat, 21 Nov 2026 10:10:00 +0000");
  BOOST_TEST(header["Message-ID"] == "<000000000001B@mx.example.com>");
  BOOST_TEST(header["Auto-Submitted"] == "auto-replied");
  BOOST_TEST(header["MIME-Version"] == "1.0");
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_to_programs) {
  auto groups = groups_of(parse(compose_report(facts())));
  BOOST_REQUIRE(groups.size() == 2U);
  BOOST_TEST(groups[0]["Reporting-MTA"] == "dns; mx.example.com");
  BOOST_TEST(groups[0]["X-Stagepost-Queue-ID"] == "000000000001A");
  BOOST_TEST(groups[0]["Arrival-Date"] == "Sat, 21 Nov 2026 10:00:00 +0000");
  BOOST_TEST(groups[0].count("Original-Envelope-Id") == 0U);
  auto& it = groups[1];
  BOOST_TEST(it["Final-Recipient"] == "rfc822; b@example.net");
  BOOST_TEST(it["Action"] == "failed");
  BOOST_TEST(it["Status"] == "5.1.1");
  BOOST_TEST(it["Remote-MTA"] == "dns; mx1.example.net");
  BOOST_TEST(it["Diagnostic-Code"] == "smtp; 550 5.1.1 No such user here");
  BOOST_TEST(it["Last-Attempt-Date"] == "Sat, 21 Nov 2026 10:05:00 +0000");
  BOOST_TEST(it.count("Will-Retry-Until") == 0U);
}

BOOST_AUTO_TEST_CASE(a_failure_is_told_to_people) {
  const auto text = parse(compose_report(facts())).text.body;
  BOOST_TEST(holds(text, "mail system of mx.example.com."));
  BOOST_TEST(holds(text, "<b@example.net>: not delivered\r\n"));
  BOOST_TEST(holds(text, "    The host mx1.example.net answered:\r\n"
                         "    > 550 5.1.1 No such\r\n"
                         "    > user here\r\n"));
  BOOST_TEST(holds(text, "It will not be tried again."));
  BOOST_TEST(holds(text, "000000000001A"));
}

BOOST_AUTO_TEST_CASE(a_delay_says_until_when_it_is_tried) {
  auto x = facts();
  x.recipients = {delayed()};
  x.envid = "QQ314159";
  const auto report = parse(compose_report(x));
  BOOST_TEST(report.whole.header.at("Subject")
             == "Delayed mail (delivery goes on)");
  auto groups = groups_of(report);
  BOOST_TEST(groups[0]["Original-Envelope-Id"] == "QQ314159");
  BOOST_TEST(groups[1]["Action"] == "delayed");
  BOOST_TEST(groups[1]["Status"] == "4.0.0");
  BOOST_TEST(groups[1]["Diagnostic-Code"] == "smtp; 451 Later");
  BOOST_TEST(groups[1]["Will-Retry-Until"]
             == "Thu, 26 Nov 2026 10:00:00 +0000");
  BOOST_TEST(holds(report.text.body, "It is tried again until Thu, 26 Nov"));
  BOOST_TEST(holds(report.text.body, "<c@example.net>: delayed\r\n"));
}

BOOST_AUTO_TEST_CASE(each_recipient_has_its_own_group) {
  auto x = facts();
  x.recipients.push_back(delayed());
  const auto report = parse(compose_report(x));
  const auto groups = groups_of(report);
  BOOST_REQUIRE(groups.size() == 3U);
  BOOST_TEST(groups[1].at("Action") == "failed");
  BOOST_TEST(groups[2].at("Action") == "delayed");
  BOOST_TEST(report.whole.header.at("Subject") == "Undelivered mail");
}

BOOST_AUTO_TEST_CASE(the_status_agrees_with_what_was_said) {
  using kind = report_facts::kind;
  const struct {
    kind what;
    smtp::reply said;
    const char* status;
  } table[] = {
    {kind::failure, {550, {5, 7, 1}, "x"}, "5.7.1"},
    {kind::failure, {550, {}, "x"}, "5.0.0"},
    {kind::failure, {451, {}, "x"}, "4.0.0"},
    {kind::failure, {451, {4, 4, 7}, "x"}, "4.4.7"},
    {kind::failure, {550, {2, 0, 0}, "x"}, "5.0.0"},
    {kind::failure, {0, {}, "x"}, "5.0.0"},
    {kind::delay, {0, {}, ""}, "4.0.0"},
    {kind::delay, {451, {4, 2, 1}, "x"}, "4.2.1"},
  };
  for (const auto& row : table) {
    auto x = facts();
    x.recipients[0].what = row.what;
    x.recipients[0].reply = row.said;
    BOOST_TEST(groups_of(parse(compose_report(x)))[1].at("Status")
               == row.status);
  }
}

BOOST_AUTO_TEST_CASE(our_own_words_are_not_put_into_a_remotes_mouth) {
  auto x = facts();
  x.recipients[0].remote = "";
  x.recipients[0].reply = {556, {5, 1, 10}, "The domain takes no mail"};
  const auto report = parse(compose_report(x));
  const auto it = groups_of(report)[1];
  BOOST_TEST(it.count("Remote-MTA") == 0U);
  BOOST_TEST(it.at("Diagnostic-Code")
             == "X-Stagepost; 556 5.1.10 The domain takes no mail");
  BOOST_TEST(holds(report.text.body, "    This mail system says:\r\n"
                                     "    > 556 5.1.10 The domain takes no "
                                     "mail\r\n"));
}

BOOST_AUTO_TEST_CASE(a_remote_without_a_name_is_an_address_in_brackets) {
  auto x = facts();
  for (const auto& [remote, written] :
       {std::pair{"192.0.2.1", "dns; [192.0.2.1]"},
        {"2001:db8::1", "dns; [IPv6:2001:db8::1]"},
        {"mx1.example.net", "dns; mx1.example.net"}}) {
    x.recipients[0].remote = remote;
    BOOST_TEST(groups_of(parse(compose_report(x)))[1].at("Remote-MTA")
               == written);
  }
}

BOOST_AUTO_TEST_CASE(what_was_never_tried_has_no_last_attempt) {
  auto x = facts();
  x.recipients[0].remote = "";
  x.recipients[0].reply = {451, {4, 3, 2}, "suspended"};
  x.recipients[0].tried = false;
  const auto report = parse(compose_report(x));
  BOOST_TEST(groups_of(report)[1].count("Last-Attempt-Date") == 0U);
  BOOST_TEST(holds(report.text.body, "It has not been tried"));
}

BOOST_AUTO_TEST_CASE(long_words_of_a_remote_are_folded) {
  auto x = facts();
  std::string many;
  for (int i = 0; i < 400; ++i)
    many += "word ";
  for (const auto& text : {many, std::string(2048, 'x')}) {
    x.recipients[0].reply.text = text;
    const auto report = parse(compose_report(x));
    BOOST_TEST(groups_of(report)[1].at("Diagnostic-Code").size() > 900U);
  }
}

BOOST_AUTO_TEST_CASE(hostile_facts_keep_the_shape) {
  std::string hostile;
  for (int i = 0; i < 3000; ++i)
    hostile += static_cast<char>(i * 7 % 256);
  for (const auto& text :
       {hostile, std::string("x\r\n\r\n--=_000000000001B\r\n"),
        std::string("x\n\n--=_000000000001B--\n"), std::string(2000, ' '),
        std::string(1, '\0')}) {
    auto x = facts();
    x.sender = x.envid = x.reporting_mta = text;
    x.recipients.push_back(delayed());
    for (auto& r : x.recipients)
      r.address = r.original = r.remote = r.reply.text = text;
    const auto report = parse(compose_report(x));
    BOOST_TEST(groups_of(report).size() == 3U);
  }
}

BOOST_AUTO_TEST_CASE(the_boundary_occurs_nowhere_else) {
  auto x = facts();
  x.original_header = "X-A: 1\r\n--=_000000000001B\r\n--=_000000000001B--\r\n"
                      "--=_000000000001B_x\r\n";
  parse(compose_report(x));
}

BOOST_AUTO_TEST_SUITE_END()
