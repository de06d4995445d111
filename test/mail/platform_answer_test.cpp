#include "mail/outlet/platform_answer.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using namespace stagepost;
using namespace stagepost::outlet;
using kind = verdict::kind;

namespace {

constexpr auto url = "https://platform.example.com/jobs";

std::string wire(const platform_answer& x) {
  return to_string(judge(x, url).reply);
}

} // namespace

BOOST_AUTO_TEST_SUITE(platform_answer)

BOOST_AUTO_TEST_CASE(the_status_says_what_became_of_the_mail) {
  const struct {
    unsigned status;
    kind what;
    const char* reply;
  } table[] = {
    {200, kind::accepted, "250 2.0.0 Accepted"},
    {201, kind::accepted, "250 2.0.0 Accepted"},
    {204, kind::accepted, "250 2.0.0 Accepted"},
    {299, kind::accepted, "250 2.0.0 Accepted"},
    {400, kind::rejected, "550 5.7.1 The platform rejected it"},
    {401, kind::rejected, "550 5.7.1 The platform rejected it"},
    {404, kind::rejected, "550 5.7.1 The platform rejected it"},
    {413, kind::rejected, "550 5.7.1 The platform rejected it"},
    {422, kind::rejected, "550 5.7.1 The platform rejected it"},
    {408, kind::failed, "451 4.4.1 The platform failed: it answered 408"},
    {429, kind::failed, "451 4.4.1 The platform failed: it answered 429"},
    {500, kind::failed, "451 4.4.1 The platform failed: it answered 500"},
    {503, kind::failed, "451 4.4.1 The platform failed: it answered 503"},
    {599, kind::failed, "451 4.4.1 The platform failed: it answered 599"},
    {101, kind::failed, "451 4.4.1 The platform failed: it answered 101"},
    {301, kind::failed, "451 4.4.1 The platform failed: it answered 301"},
    {304, kind::failed, "451 4.4.1 The platform failed: it answered 304"},
    {600, kind::failed, "451 4.4.1 The platform failed: it answered 600"},
    {999, kind::failed, "451 4.4.1 The platform failed: it answered 999"},
  };
  for (const auto& x : table) {
    const auto got = judge({x.status}, url);
    BOOST_TEST((got.what == x.what), x.status);
    BOOST_TEST(to_string(got.reply) == x.reply);
    BOOST_TEST(got.by == url);
    BOOST_TEST(got.tell_sender == (x.what == kind::failed));
    BOOST_TEST(got.accepted() == got.reply.positive());
  }
}

BOOST_AUTO_TEST_CASE(a_platform_that_gave_no_answer_failed) {
  const auto got = judge({.why = "can't connect: Connection refused"}, url);
  BOOST_TEST((got.what == kind::failed));
  BOOST_TEST(to_string(got.reply)
             == "451 4.4.1 The platform failed: can't connect: Connection "
                "refused");
  BOOST_TEST(got.detail == "can't connect: Connection refused");
  BOOST_TEST(got.tell_sender);
  BOOST_TEST(got.for_now());
}

BOOST_AUTO_TEST_CASE(the_text_is_a_json_message_or_the_first_line) {
  const struct {
    unsigned status;
    const char* type;
    const char* body;
    const char* reply;
  } table[] = {
    {200, "application/json", R"({"message":"Job 17 is printing"})",
     "250 2.0.0 Job 17 is printing"},
    {200, "Application/JSON; charset=utf-8", R"( {"message":"Job 17"} )",
     "250 2.0.0 Job 17"},
    {422, "application/problem+json", R"({"message":"No credit"})",
     "550 5.7.1 No credit"},
    {422, "text/html", R"({"message":"No credit"})", "550 5.7.1 No credit"},
    {422, "", R"({"message":"No credit"})", "550 5.7.1 No credit"},
    {422, "text/plain", "No credit\r\nat all\r\n", "550 5.7.1 No credit"},
    {422, "text/plain", "\r\n \r\nNo credit\nat all", "550 5.7.1 No credit"},
    {422, "text/plain", "{no json", "550 5.7.1 {no json"},
    {422, "application/json", "\xEF\xBB\xBF{\"message\":\"No credit\"}",
     "550 5.7.1 No credit"},
    {422, "text/plain; charset=iso-8859-1", "Kein Papier f\xFCr \xA7 4\r\nx",
     "550 5.7.1 Kein Papier f\xC3\xBCr \xC2\xA7 4"},
    {422, "text/html", "<h1>No credit</h1>",
     "550 5.7.1 The platform rejected it"},
    {422, "", "No credit", "550 5.7.1 The platform rejected it"},
    {422, "application/json", R"({"message":17})",
     "550 5.7.1 The platform rejected it"},
    {422, "application/json", R"({"message":)",
     "550 5.7.1 The platform rejected it"},
    {422, "application/json", R"("No credit")",
     "550 5.7.1 The platform rejected it"},
    {200, "text/plain", "OK", "250 2.0.0 OK"},
    {200, "application/json", "", "250 2.0.0 Accepted"},
    {200, "application/json", "[1]", "250 2.0.0 Accepted"},
    {200, "text/html", "<p>OK</p>", "250 2.0.0 Accepted"},
    {500, "text/plain", "Disk full",
     "451 4.4.1 The platform failed: it answered 500: Disk full"},
  };
  for (const auto& x : table)
    BOOST_TEST(wire({x.status, x.type, x.body}) == x.reply);
}

BOOST_AUTO_TEST_CASE(a_json_answer_may_say_otherwise_than_its_status) {
  const struct {
    const char* body;
    kind what;
    const char* reply;
  } table[] = {
    {R"({"status":"accepted","message":"Done"})", kind::accepted,
     "250 2.0.0 Done"},
    {R"({"status":"rejected","message":"No credit"})", kind::rejected,
     "550 5.7.1 No credit"},
    {R"({"status":"rejected"})", kind::rejected,
     "550 5.7.1 The platform rejected it"},
    {R"({"status":"failed","message":"Out of paper"})", kind::failed,
     "451 4.4.1 The platform failed: it answered 200: Out of paper"},
    {R"({"status":"failed"})", kind::failed,
     "451 4.4.1 The platform failed: it answered 200: failed"},
    {R"({"status":"queued"})", kind::accepted, "250 2.0.0 Accepted"},
    {R"({"status":403})", kind::accepted, "250 2.0.0 Accepted"},
    {R"({"status":"rejected")", kind::failed,
     "451 4.4.1 The platform failed: its JSON can't be read"},
  };
  for (const auto& x : table) {
    const auto got = judge({200, "application/json", x.body}, url);
    BOOST_TEST((got.what == x.what), x.body);
    BOOST_TEST(to_string(got.reply) == x.reply);
  }
  // Only what says that it took it may take that back.
  BOOST_TEST(wire({422, "application/json", R"({"status":"accepted"})"})
             == "550 5.7.1 The platform rejected it");
}

BOOST_AUTO_TEST_CASE(json_that_is_too_deep_is_no_answer) {
  const auto deep = R"({"a":)" + std::string(10'000, '[');
  BOOST_TEST(wire({200, "application/json", deep})
             == "451 4.4.1 The platform failed: its JSON can't be read");
}

BOOST_AUTO_TEST_CASE(a_text_becomes_one_clean_line) {
  const struct {
    std::string text;
    std::string line;
  } table[] = {
    {"", ""},
    {" \r\n\t ", ""},
    {"one", "one"},
    {"one\r\n250 two", "one 250 two"},
    {std::string("a\0b\x1b[31mc\x7f", 10), "a b [31mc"},
    {"caf\xc3\xa9", "caf\xc3\xa9"},
    {"a\xc2\x85z", "a z"},
    {"a\xff\xc3z", "a??z"},
    {"paid \xe2\x80\xaetxt.exe\xe2\x80\xa8x", "paid txt.exe x"},
    {std::string(500, 'x'), std::string(400, 'x')},
    {std::string(399, 'x') + "\xc3\xa9", std::string(399, 'x')},
  };
  for (const auto& x : table)
    BOOST_TEST(one_line(x.text) == x.line);
}

BOOST_AUTO_TEST_CASE(a_message_can_not_add_lines_to_the_reply) {
  const auto got = judge({422, "application/json",
                          R"({"message":"no\r\n250 2.0.0 yes\u0000\u0007"})"},
                         url);
  BOOST_TEST(got.reply.text == "no 250 2.0.0 yes");
}

BOOST_AUTO_TEST_CASE(who_rejects_is_alive) {
  for (const unsigned status : {200U, 204U, 400U, 404U, 413U, 429U})
    BOOST_TEST(shows_life({status}), status);
  for (const unsigned status : {0U, 101U, 301U, 408U, 500U, 502U, 503U, 999U})
    BOOST_TEST(!shows_life({status}), status);
}

BOOST_AUTO_TEST_SUITE_END()
