#include "test/mail/report_parts.hpp"

using namespace stagepost;
using namespace stagepost::test;

// What a report takes from the message's envelope, and what it returns of the
// message.
BOOST_AUTO_TEST_SUITE(report_envelope)

BOOST_AUTO_TEST_CASE(who_is_relayed_is_told_apart_from_who_is_delivered) {
  auto x = facts();
  x.recipients[0].what = report_facts::kind::relayed;
  x.recipients[0].reply = {250, {2, 6, 0}, "Queued as 7"};
  const auto report = parse(compose_report(x));
  BOOST_TEST(report.whole.header.at("Subject") == "Relayed mail");
  const auto it = groups_of(report)[1];
  BOOST_TEST(it.at("Action") == "relayed");
  BOOST_TEST(it.at("Status") == "2.6.0");
  BOOST_TEST(it.at("Remote-MTA") == "dns; mx1.example.net");
  BOOST_TEST(holds(report.text.body, "<b@example.net>: relayed\r\n"));
  BOOST_TEST(holds(report.text.body, "That system does not report"));
  x.recipients[0].reply = {250, {}, "Ok"};
  BOOST_TEST(groups_of(parse(compose_report(x)))[1].at("Status") == "2.0.0");
}

BOOST_AUTO_TEST_CASE(the_recipient_is_named_as_the_sender_named_it) {
  auto x = facts();
  x.recipients[0].original = "rfc822;\"bob a\"@example.com";
  auto it = groups_of(parse(compose_report(x)))[1];
  BOOST_TEST(it["Original-Recipient"] == "rfc822; \"bob a\"@example.com");
  BOOST_TEST(it["Final-Recipient"] == "rfc822; b@example.net");
  x.recipients[0].original = "utf-8;jörg@example.com";
  it = groups_of(parse(compose_report(x)))[1];
  BOOST_TEST(it["Original-Recipient"] == "utf-8; j\\x{F6}rg@example.com");
  x.recipients[0].original.clear();
  it = groups_of(parse(compose_report(x)))[1];
  BOOST_TEST(it.count("Original-Recipient") == 0U);
}

BOOST_AUTO_TEST_CASE(an_address_that_is_not_ascii_is_of_type_utf_8) {
  auto x = facts();
  x.recipients[0].address = "jörg@bücher.example";
  const auto report = parse(compose_report(x));
  BOOST_TEST(groups_of(report)[1].at("Final-Recipient")
             == "utf-8; j\\x{F6}rg@b\\x{FC}cher.example");
  BOOST_TEST(holds(report.text.body, "<j\\x{F6}rg@b\\x{FC}cher.example>: not"));
}

BOOST_AUTO_TEST_CASE(a_sender_that_is_not_ascii_is_written_as_it_is) {
  auto x = facts();
  x.sender = "jörg@bücher.example";
  BOOST_TEST(holds(compose_report(x), "\r\nTo: <jörg@bücher.example>\r\n"));
  x.sender = "jörg@b>\r\nBcc: <c@d";
  BOOST_TEST(holds(compose_report(x), "\r\nTo: <j\\x{F6}rg@b?\\x{0D}"));
}

BOOST_AUTO_TEST_CASE(the_message_is_returned_whole_where_it_can_be) {
  auto x = facts();
  x.original_message = "Subject: Hello\r\n\r\nAll of it\r\n";
  auto report = parse(compose_report(x));
  BOOST_TEST(report.original.header["Content-Type"] == "message/rfc822");
  BOOST_TEST(report.original.body == x.original_message);
  BOOST_TEST(holds(report.text.body, "Your message is attached"));
  x.original_message.clear();
  x.too_much = true;
  report = parse(compose_report(x));
  BOOST_TEST(report.original.header["Content-Type"]
             == "text/rfc822-headers; charset=us-ascii");
  BOOST_TEST(holds(report.text.body, "too much for"));
}

BOOST_AUTO_TEST_CASE(only_a_small_plain_message_can_be_returned) {
  const auto long_line = std::string(998, 'x');
  const auto page = std::string(62, 'y') + "\r\n";
  std::string large;
  for (int i = 0; i < 1024; ++i)
    large += page;
  for (const auto& text :
       {std::string("A: 1\r\n\r\nb\r\n"), long_line + "\r\n", large,
        std::string("Content-Transfer-Encoding: 8bit\r\n\r\n\xc3\xa9\r\n")})
    BOOST_TEST(can_be_returned(text));
  for (const auto& text :
       {std::string(), std::string("A: 1"), std::string("A: 1\n"),
        std::string("A\rb\r\n"), std::string("A\nb\r\n"),
        std::string("A\r\r\n"), std::string("\xc3\xa9\r\n"),
        std::string("a\0\r\n", 4), long_line + "x\r\n", large + "\r\n"})
    BOOST_TEST(!can_be_returned(text));
}

BOOST_AUTO_TEST_CASE(mail_for_smtputf8_is_reported_in_its_own_script) {
  auto x = facts();
  x.utf8 = true;
  x.recipients[0].original.clear();
  x.recipients[0].address = "n\xc3\xb6@example.net";
  x.original_header = "Subject: Gr\xc3\xbc\x1b\xc3\x9f"
                      "e\r\n";
  auto report = parse(compose_report(x));
  BOOST_TEST(report.text.header["Content-Type"] == "text/plain; charset=utf-8");
  BOOST_TEST(holds(report.text.body, "<n\xc3\xb6@example.net>: not delivered"));
  BOOST_TEST(report.original.header["Content-Type"]
             == "message/global-headers");
  BOOST_TEST(report.original.body.starts_with("Subject: Gr\xc3\xbc?\xc3\x9f"
                                              "e\r\n"));
  x.utf8 = false;
  BOOST_TEST(parse(compose_report(x)).original.header["Content-Type"]
             == "text/rfc822-headers; charset=us-ascii");
}

BOOST_AUTO_TEST_CASE(the_original_header_is_made_ascii) {
  auto x = facts();
  x.original_header = "Subject: \xc3\xa9\t\x01\nX-Long: "
                      + std::string(5000, 'y') + "\r\nTo: z";
  const auto body = parse(compose_report(x)).original.body;
  BOOST_TEST(body.starts_with("Subject: ??  \r\nX-Long: yyy"));
  BOOST_TEST(body.ends_with("\r\nTo: z\r\n"));
}

BOOST_AUTO_TEST_CASE(the_header_of_a_message_ends_at_its_first_empty_line) {
  const struct {
    std::string_view message;
    std::string_view header;
  } table[] = {
    {"A: 1\r\nB: 2\r\n\r\nbody\r\n\r\n", "A: 1\r\nB: 2\r\n"},
    {"A: 1\r\n\r\n", "A: 1\r\n"},
    {"A: 1\r\n", "A: 1\r\n"},
    {"A: 1", "A: 1\r\n"},
    {"", ""},
    {"\r\nbody\r\n", ""},
  };
  for (const auto& x : table)
    BOOST_TEST(header_of(x.message) == x.header);
}

BOOST_AUTO_TEST_CASE(a_long_header_is_cut_at_a_line_end) {
  const std::string_view message = "A: 1\r\nB: 2\r\n\r\nbody\r\n";
  BOOST_TEST(header_of(message, 12) == "A: 1\r\nB: 2\r\n");
  BOOST_TEST(header_of(message, 13) == "A: 1\r\nB: 2\r\n");
  BOOST_TEST(header_of(message, 11) == "A: 1\r\n");
  BOOST_TEST(header_of(message, 6) == "A: 1\r\n");
  BOOST_TEST(header_of(message, 5) == "");
  BOOST_TEST(header_of(message, 0) == "");
}

BOOST_AUTO_TEST_SUITE_END()
