#include "receiver_owner.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <string>

// A second message hidden in the first: each way to end the data that some
// server takes for one, and what else is sent before it was asked for.

namespace {

using owner = receiver_owner;

const std::string false_ends[] = {
  "\n.\n",
  "\n.\r\n",
  "\r\n.\n",
  "\r.\r",
  "\r.\r\n",
  "\r\n.\r",
  "\r\n.\r\r\n",
  "\n\r.\r\n",
  "\r\r\n.\n",
  "\n\n.\n\n",
  "\r\n.\n\r\n",
  "\n.\n\r\n",
  std::string("\r\n\0.\r\n", 6),
  std::string("\r\n.\0\r\n", 6),
};

const std::string hello = "EHLO me\r\n";
const std::string hidden = "MAIL FROM:<evil@b>\r\nRCPT TO:<victim@d>\r\n"
                           "DATA\r\nevil\r\n.\r\n";

std::string begun(const std::string& sender = "a@b") {
  return "MAIL FROM:<" + sender + ">\r\nRCPT TO:<c@d>\r\nDATA\r\n";
}

owner::settings normalizing() {
  owner::settings x;
  x.bare_newline = owner::settings::newline_rule::normalize;
  return x;
}

std::size_t count(const std::string& text, std::string_view what) {
  std::size_t n = 0;
  for (auto at = text.find(what); at != std::string::npos;
       at = text.find(what, at + 1))
    ++n;
  return n;
}

} // namespace

BOOST_AUTO_TEST_SUITE(smuggling)

BOOST_DATA_TEST_CASE(a_false_end_leads_to_no_second_message, false_ends, end) {
  owner x;
  x.feed(hello + begun() + "text" + end + hidden + "NOOP\r\n");
  BOOST_TEST(count(x.said(), "354 ") == 1U);
  const bool nul = end.find('\0') != std::string::npos;
  BOOST_REQUIRE(x.stored.size() == (nul ? 1U : 0U));
  BOOST_TEST(count(x.said(), "\r\n550 5.6.11 ") == (nul ? 0U : 1U));
  BOOST_TEST(x.said().ends_with("\r\n250 2.0.0 Ok\r\n")); // still in step
}

BOOST_DATA_TEST_CASE(normalised_it_is_one_clean_message, false_ends, end) {
  owner x{normalizing()};
  x.feed(hello + begun() + "text" + end + hidden + "NOOP\r\n");
  BOOST_TEST(count(x.said(), "354 ") == 1U);
  BOOST_REQUIRE(x.stored.size() == 1U);
  const auto& content = x.stored[0].content;
  BOOST_TEST(x.stored[0].sender == "a@b");
  BOOST_TEST(content.find("evil@b") != std::string::npos);
  BOOST_TEST(count(content, "\r\n.\r\n") == 0U);
  BOOST_TEST(count(content, "\n") == count(content, "\r\n"));
  BOOST_TEST(count(content, "\r") == count(content, "\r\n"));
  BOOST_TEST(x.said().ends_with("\r\n250 2.0.0 Ok\r\n"));
}

BOOST_AUTO_TEST_CASE(after_a_refusal_for_bare_newlines_the_next_mail_is_taken) {
  owner x;
  x.feed(hello + begun() + "a\nb\r\n.\r\n" + begun("good@b") + "c\r\n.\r\n");
  BOOST_REQUIRE(x.stored.size() == 1U);
  BOOST_TEST(x.stored[0].sender == "good@b");
  BOOST_TEST(x.stored[0].content == "c\r\n");
}

BOOST_AUTO_TEST_CASE(content_sent_behind_a_refused_data_is_no_command) {
  const auto refused = "MAIL FROM:<a@b>\r\nRCPT TO:<unknown@d>\r\nDATA\r\n";
  owner x;
  x.feed(hello + refused + hidden);
  BOOST_TEST(x.stored.empty());
  BOOST_TEST(x.said().ends_with(
    "\r\n554 5.5.0 Protocol error: data sent before it was asked for\r\n"));
  BOOST_TEST(x.hung_up());
}

BOOST_AUTO_TEST_CASE(nor_is_it_when_the_owner_refused) {
  owner x;
  x.refuse_content = true;
  x.feed(hello + begun() + hidden);
  BOOST_TEST(x.stored.empty());
  BOOST_TEST(count(x.said(), "554 5.5.0 ") == 1U);
  BOOST_TEST(x.hung_up());
}

BOOST_AUTO_TEST_CASE(nor_is_a_chunk_that_is_refused) {
  const auto bdat = "BDAT " + std::to_string(hidden.size()) + " LAST\r\n";
  owner x;
  x.feed(hello + bdat + hidden + "NOOP\r\n");
  BOOST_TEST(x.stored.empty());
  BOOST_TEST(
    x.said().ends_with("\r\n503 5.5.1 MAIL comes first\r\n250 2.0.0 Ok\r\n"));
}

BOOST_AUTO_TEST_CASE(nor_is_one_without_a_size) {
  owner x;
  x.feed(hello + "BDAT LAST\r\n" + hidden);
  BOOST_TEST(x.stored.empty());
  BOOST_TEST(count(x.said(), "\r\n501 5.5.4 ") == 1U);
  BOOST_TEST(x.hung_up());
}

BOOST_AUTO_TEST_CASE(who_waits_may_go_on_after_a_refused_data) {
  owner x;
  x.refuse_content = true;
  x.feed(hello + begun());
  BOOST_TEST(x.said().ends_with("\r\n452 4.3.1 Full\r\n"));
  x.refuse_content = false;
  x.feed("DATA\r\n");
  x.feed("x\r\n.\r\n");
  BOOST_TEST(x.stored.size() == 1U);
}

BOOST_AUTO_TEST_CASE(nothing_sent_in_clear_behind_starttls_is_obeyed) {
  owner::settings s;
  s.offers.starttls = true;
  owner x{s};
  x.feed(hello + "STARTTLS\r\n" + hello + begun() + "evil\r\n.\r\n");
  BOOST_TEST(x.said().ends_with("\r\n220 2.0.0 Ready to start TLS\r\n"));
  BOOST_TEST(x.stored.empty());
  BOOST_TEST(x.machine.helo().empty());
  x.feed("MAIL FROM:<a@b>\r\n");
  BOOST_TEST(x.said().ends_with("\r\n503 5.5.1 Say EHLO or HELO first\r\n"));
}

BOOST_AUTO_TEST_CASE(not_even_half_a_command) {
  owner::settings s;
  s.offers.starttls = true;
  owner x{s};
  x.feed(hello + "STARTTLS\r\nNOOP");
  x.feed("RSET\r\n");
  BOOST_TEST(x.said().ends_with("\r\n250 2.0.0 Ok\r\n"));
}

BOOST_AUTO_TEST_CASE(inside_tls_there_is_no_starttls) {
  owner::settings s;
  s.offers.starttls = true;
  owner x{s};
  x.feed(hello + "STARTTLS\r\n");
  BOOST_TEST(x.machine.secure());
  x.feed(hello);
  BOOST_TEST(count(x.said(), "250-STARTTLS\r\n") == 1U); // before only
  x.feed("STARTTLS\r\n");
  BOOST_TEST(x.said().ends_with("\r\n503 5.5.1 TLS is up already\r\n"));
  BOOST_CHECK(x.machine.wanted() == owner::wish::none);
}

BOOST_AUTO_TEST_CASE(starttls_is_taken_where_it_was_offered_only) {
  owner without;
  without.feed(hello + "STARTTLS\r\n");
  BOOST_TEST(count(without.said(), "STARTTLS") == 0U);
  BOOST_TEST(count(without.said(), "\r\n502 5.5.1 ") == 1U);
  owner::settings s;
  s.offers.starttls = true;
  owner early{s};
  early.feed("STARTTLS\r\n" + hello + "MAIL FROM:<a@b>\r\nSTARTTLS\r\n");
  BOOST_TEST(count(early.said(), "503 5.5.1 ") == 2U);
  BOOST_TEST(!early.machine.secure());
}

BOOST_AUTO_TEST_SUITE_END()
