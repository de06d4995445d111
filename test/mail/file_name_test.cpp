#include "mail/mime/file_name.hpp"
#include "mail/utf8.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using mime::safe_file_name;

BOOST_AUTO_TEST_SUITE(file_name)

BOOST_AUTO_TEST_CASE(a_name_is_one_that_can_be_used) {
  const std::pair<std::string, std::string> rows[] = {
    {"a.pdf", "a.pdf"},
    {" a b.pdf ", "a b.pdf"},
    {"日本 été.pdf", "日本 été.pdf"},
    {"/etc/passwd", "passwd"},
    {"../../.profile", ".profile"},
    {"C:\\docs\\a.pdf", "a.pdf"},
    {"folder/", "folder"},
    {"..", ""},
    {"/", ""},
    {"...", ""},
    {"", ""},
    {"a\x01\x1f\x7f.pdf", "a.pdf"},
    {"gpj\xe2\x80\xae.exe", "gpj.exe"},
    {"\xef\xbb\xbf"
     "a.pdf",
     "a.pdf"},
  };
  for (const auto& [name, safe] : rows)
    BOOST_TEST(safe_file_name(name) == safe);
}

BOOST_AUTO_TEST_CASE(a_long_name_keeps_its_extension) {
  std::string name;
  for (int i = 0; i < 200; ++i)
    name += "ü";
  const auto safe = safe_file_name(name + ".pdf");
  BOOST_TEST(safe.size() <= 255);
  BOOST_TEST(safe.ends_with("ü.pdf"));
  BOOST_TEST(is_utf8(safe));
  BOOST_TEST(safe_file_name(std::string(999, '.') + "x").size() == 255);
}

BOOST_AUTO_TEST_SUITE_END()
