#include "mail/mime/header_text.hpp"
#include "mail/mime/parameters.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(parameters)

BOOST_AUTO_TEST_CASE(a_parameter_is_read_as_it_is_written) {
  const std::pair<std::string, std::string> rows[] = {
    {"x; name=a.pdf", "a.pdf"},
    {"x; NAME = a.pdf ; b=c", "a.pdf"},
    {"x; name=a b (1).pdf; b=c", "a b (1).pdf"},
    {"x; name=\"a; b.pdf\"", "a; b.pdf"},
    {"x; name=\"a \\\"b\\\\c\"", "a \"b\\c"},
    {"x; name=\"not closed; b=c", "not closed; b=c"},
    {"x; (a comment (in it \\) one)) name (y) = (z) a.pdf", "a.pdf"},
    {"x; name=", ""},
    {"x; name", ""},
    {"x name=a", ""},
    {"name=a", ""},
    {"; name=a", "a"},
    {"x;; =y; ; name=a", "a"},
    {"x; y=\"z\" junk; name=a", "a"},
    {"x; name=first; name=second", "first"},
    {"x; first-name=y; name=a", "a"},
    {"x; name=\"=?utf-8?q?=C3=BC?= b.pdf\"", "ü b.pdf"},
    {"x; name==?utf-8?q?=C3=BC?=", "ü"},
    // RFC 2231
    {"x; name*=us-ascii'en-us'This%20is%20%2A%2A%2Afun%2A%2A%2A",
     "This is ***fun***"},
    {"x; name*0*=us-ascii'en'This%20is%20even%20more%20;"
     " name*1*=%2A%2A%2Afun%2A%2A%2A%20; name*2=\"isn't it!\"",
     "This is even more ***fun*** isn't it!"},
    {"x; name*1=b; name*0=a", "ab"},
    {"x; name*10=c; name*9=b; y=z; name*0=a", "abc"},
    {"x; name*0*=utf-8''%E2%82; name*1*=%AC", "€"},
    {"x; name*0=\"=?utf-8?b?4oI\"; name*1=\"=?= =?utf-8?b?rA==?=\"", "€"},
    {"x; name*=koi8-r''%ED%C9%D2", "Мир"},
    {"x; name*=''caf%E9", "café"},
    {"x; name*=caf%C3%A9", "café"},
    {"x; name*=\"utf-8''%E2%82%AC\"", "€"},
    {"x; name*=x-no-such''caf%E9", "café"},
    {"x; name*=utf-8'%E2%82%AC", "€"},
    {"x; name*=utf-8''100%; b=c", "100%"},
    {"x; name*=utf-8''%4%zz%-1", "%4%zz%-1"},
    {"x; name*99999999999999999999=b", "b"},
  };
  for (const auto& [text, value] : rows)
    BOOST_TEST(mime::parameters(text).of("name") == value, text);
}

BOOST_AUTO_TEST_CASE(a_type_is_two_words_with_a_slash_between) {
  const std::pair<std::string, std::string> rows[] = {
    {"text/plain", "text/plain"},
    {"(see) Text / HTML (it) ; charset=x", "Text/HTML"},
    {"text/plain charset=x", "text/plain"},
    {"text", ""},
    {"text/", ""},
    {"/plain", ""},
    {"", ""},
    {"; x=y", ""},
    {"(never closed text/plain", ""},
  };
  for (const auto& [text, type] : rows)
    BOOST_TEST(mime::type_before_parameters(text) == type);
}

BOOST_AUTO_TEST_CASE(many_parameters_are_no_trouble) {
  std::string text = "x";
  std::string whole;
  for (int i = 0; i < 10'000; ++i, whole += "yz")
    text
      += "; name*" + std::to_string(i) + "*=" + (i == 0 ? "''" : "") + "y%7A";
  BOOST_TEST((mime::parameters(text).of("name") == whole));
  for (const std::string_view pattern : {";", "; x=y", "((", "; x*0*=y''", "\"",
                                         "; name*0*=c'", "; name=\"=?x?q?y"}) {
    std::string hostile = "x";
    while (hostile.size() < 256U << 10U)
      hostile += pattern;
    (void)mime::parameters(hostile).of("name");
    (void)mime::read_media_type(hostile);
    BOOST_TEST(mime::read_disposition("y;" + hostile).how == "y");
  }
}

BOOST_AUTO_TEST_SUITE_END()
