#include "config/user_name.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(user_name)

BOOST_AUTO_TEST_CASE(a_user_s_name_is_text_that_can_be_seen) {
  for (const std::string& name :
       {std::string("a"), std::string("alice@example.com"),
        std::string("printer-7"), std::string("m\xc3\xbcller"),
        std::string("\xe5\xbc\xa0"), std::string("\xf0\x9f\x93\xae"),
        std::string("a:b\"c\\"), std::string(255, 'a')})
    BOOST_TEST(is_user_name(name), name);
  for (const std::string& name :
       {std::string(), std::string("a b"), std::string(" a"),
        std::string("a\n"), std::string("a\0b", 3), std::string("a\x7f"),
        std::string("a\xc2\x80"), std::string("a\xc2\x9f"),
        std::string("a\xc2\xa0"), std::string("a\xe2\x80\x8b"),
        std::string("a\xe2\x80\xae"), std::string("\xef\xbb\xbf"),
        std::string("a\xe3\x80\x80"), std::string(256, 'a')})
    BOOST_TEST(!is_user_name(name), name);
}

BOOST_AUTO_TEST_CASE(what_is_no_utf_8_is_no_name) {
  for (const std::string& name :
       {std::string("\x80"), std::string("\xc3"), std::string("\xc3("),
        std::string("\xc0\xaf"), std::string("\xe0\x80\xaf"),
        std::string("\xed\xa0\x80"), std::string("\xf0\x80\x80\xaf"),
        std::string("\xf4\x90\x80\x80"), std::string("\xf5\x80\x80\x80"),
        std::string("a\xff"), std::string("\xe5\xbc")})
    BOOST_TEST(!is_user_name(name));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
