#include "mail/sasl/base64.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using sasl::decode_base64;
using sasl::encode_base64;

BOOST_AUTO_TEST_SUITE(base64)

BOOST_AUTO_TEST_CASE(octets_have_one_spelling) {
  const struct {
    std::string_view octets, text;
  } table[] = {
    {"", ""}, // RFC 4648, 10
    {"f", "Zg=="},
    {"fo", "Zm8="},
    {"foo", "Zm9v"},
    {"foob", "Zm9vYg=="},
    {"fooba", "Zm9vYmE="},
    {"foobar", "Zm9vYmFy"},
    {{"\0", 1}, "AA=="},
    {{"a\0b\0", 4}, "YQBiAA=="},
    {"\xff\xff\xff", "////"},
    {"\xfb\xef\xbe", "++++"},
  };
  for (const auto& x : table) {
    BOOST_TEST_CONTEXT(x.text) {
      BOOST_TEST(encode_base64(x.octets) == x.text);
      BOOST_TEST(decode_base64(x.text).value() == x.octets);
    }
  }
}

BOOST_AUTO_TEST_CASE(what_is_no_base64_is_refused) {
  for (const std::string_view text :
       {"=",        "==",    "===",     "====",  "Z",        "Zg",
        "Zg=",      "Zm8",   "Zm9vY",   "Z===",  "Zg==Zg==", "Zm8=Zm8=",
        "Zg===",    "Zg=v",  "=m9v",    "Z=9v",  "Zm9v=",    "Zm9v\n",
        "Zm9v\r\n", " Zm9v", "Zm 9v",   "Zm9v ", "Zm9v    ", "Zm9-",
        "Zm9_",     "Zm9.",  "Zm9\xe9", "*",     "****",     "Zm9v*",
        "Zh==",     "Zn==",  "Zm9=",    "Zm/="}) {
    BOOST_TEST(decode_base64(text).error()
                 == make_error_code(format_errc::syntax),
               text);
  }
  BOOST_TEST(decode_base64({"Zm\0v", 4}).error()
             == make_error_code(format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(a_text_has_at_most_12288_octets) {
  const std::string longest(sasl::max_base64, 'A');
  BOOST_TEST(decode_base64(longest).value().size() == 9216U);
  BOOST_TEST(decode_base64(longest + "AAAA").error()
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(every_octet_at_every_place_comes_back) {
  for (int c = 0; c < 256; ++c)
    for (std::size_t before = 0; before < 3; ++before) {
      const auto octets = std::string(before, 'x') + static_cast<char>(c);
      BOOST_REQUIRE(decode_base64(encode_base64(octets)).value() == octets);
    }
}

BOOST_AUTO_TEST_SUITE_END()
