#include "mail/smtp/reply.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>

using stagepost::smtp::append_wire;
using answer = stagepost::smtp::reply;

namespace {

std::string wire(const answer& x) {
  std::string out;
  append_wire(out, x);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(reply)

BOOST_AUTO_TEST_CASE(a_reply_has_both_codes_and_its_text) {
  BOOST_TEST(wire({250, {2, 1, 0}, "Ok"}) == "250 2.1.0 Ok\r\n");
  BOOST_TEST(wire({554, {5, 999, 999}, "x"}) == "554 5.999.999 x\r\n");
}

BOOST_AUTO_TEST_CASE(a_reply_needs_no_enhanced_code) {
  BOOST_TEST(wire({220, {}, "mx ESMTP"}) == "220 mx ESMTP\r\n");
}

BOOST_AUTO_TEST_CASE(a_reply_needs_no_text) {
  BOOST_TEST(wire({250, {2, 0, 0}, ""}) == "250 2.0.0\r\n");
  BOOST_TEST(wire({250, {}, ""}) == "250 \r\n");
}

BOOST_AUTO_TEST_CASE(each_line_of_the_text_carries_both_codes) {
  BOOST_TEST(
    wire({550, {5, 7, 1}, "No.\nNever.\nAsk me not."})
    == "550-5.7.1 No.\r\n550-5.7.1 Never.\r\n550 5.7.1 Ask me not.\r\n");
  BOOST_TEST(wire({250, {}, "a\n\nb"}) == "250-a\r\n250-\r\n250 b\r\n");
}

BOOST_AUTO_TEST_CASE(line_ends_at_the_end_of_the_text_are_dropped) {
  BOOST_TEST(wire({250, {2, 0, 0}, "Ok\n\n"}) == "250 2.0.0 Ok\r\n");
}

BOOST_AUTO_TEST_CASE(no_text_smuggles_a_control_character_onto_the_wire) {
  const std::string text{"a\rb\0c\td\x7f", 8};
  BOOST_TEST(wire({451, {4, 3, 0}, text}) == "451 4.3.0 a b c d \r\n");
  BOOST_TEST(wire({451, {4, 3, 0}, "gr\xc3\xbc\xc3\x9f"})
             == "451 4.3.0 gr??\r\n");
  BOOST_TEST(wire({451, {4, 3, 0}, "\xff\xfe a\x80\x80 b\xc3"})
             == "451 4.3.0 ?? a? b?\r\n");
}

BOOST_AUTO_TEST_CASE(a_long_line_is_cut_at_512_octets) {
  const auto out = wire({250, {2, 0, 0}, std::string(2000, 'x') + "\nend"});
  BOOST_TEST(out.find("\r\n") == 510U);
  BOOST_TEST(out.substr(512) == "250 2.0.0 end\r\n");
}

BOOST_AUTO_TEST_CASE(a_page_is_cut_after_a_hundred_lines) {
  std::string text;
  for (int i = 0; i < 1000; ++i)
    text += "x\n";
  const auto out = wire({250, {2, 0, 0}, text});
  BOOST_TEST(std::count(out.begin(), out.end(), '\n') == 100);
  BOOST_TEST(out.ends_with("\r\n250 2.0.0 x\r\n"));
}

BOOST_AUTO_TEST_CASE(a_log_gets_it_on_one_line) {
  BOOST_TEST(to_string(answer{550, {5, 1, 1}, "No such\nuser"})
             == "550 5.1.1 No such user");
  BOOST_TEST(to_string(answer{421, {}, ""}) == "421");
}

BOOST_AUTO_TEST_CASE(a_log_gets_utf_8_whatever_was_said) {
  BOOST_TEST(to_string(answer{554, {}, "\xff\xfe no"})
             == "554 \xef\xbf\xbd\xef\xbf\xbd no");
  BOOST_TEST(to_string(answer{554, {}, "Grüße"}) == "554 Grüße");
}

BOOST_AUTO_TEST_CASE(the_first_digit_says_what_it_means) {
  BOOST_TEST((answer{252, {}, ""}.positive()));
  BOOST_TEST((answer{452, {}, ""}.temporary()));
  BOOST_TEST((answer{555, {}, ""}.permanent()));
  BOOST_TEST((!answer{354, {}, ""}.positive()));
}

BOOST_AUTO_TEST_SUITE_END()
