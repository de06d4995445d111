#include "mail/outlet/failure_mail.hpp"
#include "mail/outlet/mail_template.hpp"
#include "mail/utf8.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;

namespace {

outlet::failure_facts facts() {
  outlet::failure_facts x;
  x.hostname = "mx.example.com";
  x.sender = "s@example.org";
  x.recipients = {"jobs@example.com"};
  x.outlet = "jobs";
  x.subject = "Pl\u00e4ne";
  x.reason = "The platform is down";
  x.detail = "Connection refused";
  x.for_now = true;
  x.original = queue::id{1};
  x.own = queue::id{2};
  x.arrived = x.now = queue::time_point{std::chrono::seconds{1'795'255'200}};
  x.original_header = "From: s@example.org\r\nSubject: =?utf-8?q?Pl=C3=A4ne?="
                      "\r\n";
  return x;
}

bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(failure_mail)

BOOST_AUTO_TEST_CASE(it_is_an_automatic_answer_in_plain_text_and_html) {
  const auto mail
    = outlet::compose_failure_mail(facts(), outlet::built_in_templates());
  for (const auto* part :
       {"To: <s@example.org>\r\n", "Auto-Submitted: auto-replied\r\n",
        "multipart/mixed", "multipart/alternative", "text/plain; charset=utf-8",
        "text/html; charset=utf-8", "text/rfc822-headers",
        "\r\nSubject: =?utf-8?q?Pl=C3=A4ne?=\r\n"})
    BOOST_TEST(has(mail, part), part);
  BOOST_TEST(is_ascii(mail));
  std::size_t longest = 0;
  for (std::size_t at = 0; at < mail.size();) {
    const auto end = mail.find("\r\n", at);
    BOOST_REQUIRE(end != std::string::npos);
    longest = std::max(longest, end - at);
    at = end + 2;
  }
  BOOST_TEST(longest <= 998U);
  BOOST_TEST(mail.find('\n') == mail.find("\r\n") + 1);
}

BOOST_AUTO_TEST_CASE(the_built_in_templates_use_known_names_only) {
  const auto values = outlet::template_values(facts());
  for (const auto& text :
       {outlet::built_in_templates().text, outlet::built_in_templates().html})
    for (const auto& name : outlet::names_in(text))
      BOOST_TEST(values.contains(name), name);
}

BOOST_AUTO_TEST_CASE(words_from_outside_can_not_break_out) {
  auto x = facts();
  x.detail = "a\r\nb\x1b[31m\xff\u202e";
  x.subject = std::string("a\0b", 3);
  const auto values = outlet::template_values(x);
  BOOST_TEST(values.at("detail") == "a\nb [31m?\u202e");
  BOOST_TEST(values.at("subject") == "a b");
  x.original_header = "Subject: x\r\n--=_" + to_string(x.own) + "--\r\n";
  const auto mail
    = outlet::compose_failure_mail(x, outlet::built_in_templates());
  BOOST_TEST(has(mail, "boundary=\"=_" + to_string(x.own) + "_x\""));
}

BOOST_AUTO_TEST_CASE(machines_and_lists_get_no_answer) {
  struct {
    std::string header;
    bool answer;
  } const table[] = {
    {"From: a@b\r\n", true},
    {"Auto-Submitted: no\r\n", true},
    {"Auto-Submitted: auto-generated\r\n", false},
    {"Auto-Submitted: auto-notified; owner-token=x\r\n", false},
    {"Auto-Submitted: no (by hand)\r\n", true},
    {"auto-submitted: Auto-Replied\r\n", false},
    {"Precedence: bulk\r\n", false},
    {"Precedence: List\r\n", false},
    {"Precedence: first-class\r\n", true},
    {"List-Id: <a.b>\r\n", false},
    {"List-Unsubscribe: <mailto:a@b>\r\n", false},
    {"X-Auto-Response-Suppress: All\r\n", false},
    {"no header at all\r\n", false},
  };
  for (const auto& [header, answer] : table)
    BOOST_TEST(outlet::may_be_answered(header) == answer, header);
}

BOOST_AUTO_TEST_SUITE_END()
