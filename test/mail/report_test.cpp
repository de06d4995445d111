#include "mail/report.hpp"

#include <boost/test/unit_test.hpp>

#include <map>

using namespace stagepost;

namespace {

queue::time_point at(int minutes) {
  return queue::time_point(std::chrono::seconds(1'795'255'200)
                           + std::chrono::minutes(minutes));
}

report_facts facts() {
  report_facts x;
  x.reporting_mta = "mx.example.com";
  x.sender = "s@example.org";
  x.original = queue::id{42};
  x.report = queue::id{43};
  x.arrived = at(0);
  x.now = at(10);
  x.original_header = "Subject: Hello\r\nFrom: s@example.org\r\n";
  x.recipients.push_back({"b@example.net",
                          report_facts::kind::failure,
                          {550, {5, 1, 1}, "No such\nuser here"},
                          "mx1.example.net",
                          at(5),
                          {}});
  return x;
}

report_facts::recipient delayed() {
  return {"c@example.net",
          report_facts::kind::delay,
          {451, {}, "Later"},
          "mx2.example.net",
          at(6),
          at(7200)};
}

struct entity {
  std::map<std::string, std::string> header; // unfolded
  std::string body;
};

entity entity_of(const std::string& text) {
  entity out;
  std::size_t begin = 0;
  std::string name;
  while (true) {
    const auto end = text.find("\r\n", begin);
    BOOST_REQUIRE(end != std::string::npos);
    const auto line = text.substr(begin, end - begin);
    begin = end + 2;
    if (line.empty())
      break;
    if (line[0] == ' ') {
      out.header[name] += line;
      continue;
    }
    const auto colon = line.find(": ");
    BOOST_REQUIRE(colon != std::string::npos);
    name = line.substr(0, colon);
    BOOST_TEST(out.header.count(name) == 0U);
    out.header[name] = line.substr(colon + 2);
  }
  out.body = text.substr(begin);
  return out;
}

struct parsed {
  entity whole;
  entity text, status, original;
};

// Takes the report apart, and checks what holds for each report.
parsed parse(const std::string& report) {
  for (std::size_t begin = 0; begin < report.size();) {
    const auto end = report.find('\n', begin);
    BOOST_REQUIRE(end != std::string::npos);
    BOOST_TEST(report[end - 1] == '\r');
    BOOST_TEST(end - begin < 998U);
    for (auto i = begin; i + 1 < end; ++i)
      BOOST_REQUIRE(((report[i] >= ' ' && report[i] < '\x7f')));
    begin = end + 1;
  }
  parsed out;
  out.whole = entity_of(report);
  auto type = out.whole.header["Content-Type"];
  const std::string before
    = "multipart/report; report-type=delivery-status; boundary=\"";
  BOOST_REQUIRE(type.starts_with(before));
  const auto delimiter
    = "\r\n--" + type.substr(before.size(), type.size() - before.size() - 1);
  std::vector<std::string> parts;
  auto rest = "\r\n" + out.whole.body;
  for (auto end = rest.find(delimiter); end != std::string::npos;
       end = rest.find(delimiter)) {
    parts.push_back(rest.substr(0, end));
    rest = rest.substr(end + delimiter.size());
    BOOST_REQUIRE((rest.starts_with("\r\n") || rest == "--\r\n"));
    rest = rest.substr(2);
  }
  BOOST_TEST(rest == "\r\n");
  BOOST_REQUIRE(parts.size() == 4U);
  BOOST_TEST(parts[0] == "");
  out.text = entity_of(parts[1]);
  out.status = entity_of(parts[2]);
  out.original = entity_of(parts[3]);
  BOOST_TEST(out.text.header["Content-Type"] == "text/plain; charset=us-ascii");
  BOOST_TEST(out.status.header["Content-Type"] == "message/delivery-status");
  BOOST_TEST(out.original.header["Content-Type"]
             == "text/rfc822-headers; charset=us-ascii");
  return out;
}

// The groups of fields of the delivery status: the message's, then those of
// each recipient.
std::vector<std::map<std::string, std::string>> groups_of(const parsed& x) {
  std::vector<std::map<std::string, std::string>> out;
  auto rest = x.status.body + "\r\n";
  while (rest.size() > 2) {
    const auto one = entity_of(rest);
    out.push_back(one.header);
    rest = one.body;
  }
  return out;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

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
      r.address = r.remote = r.reply.text = text;
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
