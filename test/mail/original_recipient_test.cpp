#include "mail/original_recipient.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

#include <ostream>
#include <string>

using namespace stagepost;

namespace {

struct row {
  std::string given;
  std::string kept;
  std::string again; ///< As ORCPT.
  std::string field;
};
std::ostream& operator<<(std::ostream& out, const row& x) {
  return out << x.given;
}

const row good[] = {
  {"rfc822;bob@example.com", "rfc822;bob@example.com", "rfc822;bob@example.com",
   "rfc822; bob@example.com"},
  {"RFC822;bob+2Ba@example.com", "rfc822;bob+a@example.com",
   "rfc822;bob+2Ba@example.com", "rfc822; bob+a@example.com"},
  {"rfc822;+22a+20b+22@example.com", "rfc822;\"a b\"@example.com",
   "rfc822;\"a+20b\"@example.com", "rfc822; \"a b\"@example.com"},
  {"x400;/c+3Dus;x", "x400;/c=us;x", "x400;/c+3Dus;x", "x400; /c=us;x"},
  {"rfc822;a\\b@c", "rfc822;a\\b@c", "rfc822;a\\b@c", "rfc822; a\\b@c"},
  {"utf-8;j\\x{F6}rg@b.example", "utf-8;j\xc3\xb6rg@b.example",
   "utf-8;j\\x{F6}rg@b.example", "utf-8; j\\x{F6}rg@b.example"},
  {"UTF-8;j\xc3\xb6rg+2B@b", "utf-8;j\xc3\xb6rg+@b",
   "utf-8;j\\x{F6}rg\\x{2B}@b", "utf-8; j\\x{F6}rg\\x{2B}@b"},
  {"utf-8;\\x{1F600}\\x{20AC}@b", "utf-8;\xf0\x9f\x98\x80\xe2\x82\xac@b",
   "utf-8;\\x{1F600}\\x{20AC}@b", "utf-8; \\x{1F600}\\x{20AC}@b"},
};

const std::string refused[] = {
  "",
  ";",
  "rfc822",
  "rfc822;",
  ";a@b",
  " rfc822;a@b",
  "rfc 822;a@b",
  "rfc822; a@b",
  "rfc822;a b@c",
  "rfc822;a@b\r\nX: y",
  "rfc822;a+0D+0A@b",
  "rfc822;a+00@b",
  "rfc822;a+2b@b",
  "x400;/c=us", // `=` is to be encoded
  "rfc822;j\xc3\xb6rg@b",
  "rfc\xc3\xb6;a@b",
  "utf-8;j\xc3@b",
  "utf-8;\xc2\x85@b", // a control character
  "utf-8;",
  "utf-8;a\\b",
  "utf-8;\\x{}",
  "utf-8;\\x{A}",
  "utf-8;\\x{0A}",
  "utf-8;\\x{85}",
  "utf-8;\\x{D800}",
  "utf-8;\\x{110000}",
  "utf-8;\\x{FFFFFF}",
  "utf-8;\\x{1F6000000}",
  "utf-8;\\x{-1F}",
  "utf-8;\\x{F6",
  "utf-8;\\x{G6}",
};

} // namespace

BOOST_AUTO_TEST_SUITE(original_recipient)

BOOST_DATA_TEST_CASE(it_is_read_and_written_again, good, x) {
  const auto found = read_original_recipient(x.given);
  BOOST_REQUIRE(found.has_value());
  BOOST_TEST(*found == x.kept);
  std::string again;
  append_original_recipient(again, *found);
  BOOST_TEST(again == x.again);
  BOOST_TEST(*read_original_recipient(again) == x.kept);
  std::string field;
  append_original_recipient_field(field, *found);
  BOOST_TEST(field == x.field);
}

BOOST_DATA_TEST_CASE(what_is_none_is_refused, refused, text) {
  BOOST_TEST(read_original_recipient(text).error()
             == make_error_code(format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(it_has_at_most_500_octets) {
  const auto value = "rfc822;" + std::string(493, 'x');
  BOOST_TEST(read_original_recipient(value).has_value());
  BOOST_TEST(read_original_recipient(value + 'x').error()
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(what_no_reader_made_stays_in_its_place) {
  for (const std::string odd : {"", "x", ";", "rfc822;a\r\nb\xc3"}) {
    std::string out;
    append_original_recipient(out, odd);
    BOOST_TEST(out.find_first_of(" \r\n") == std::string::npos);
  }
}

BOOST_AUTO_TEST_SUITE_END()
