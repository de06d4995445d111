#include "mail/utf8.hpp"
#include "mail/utf8_repair.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

const std::string bad = "\xef\xbf\xbd";

std::string in_pieces(std::string_view text, std::size_t step) {
  stagepost::utf8_repair it;
  std::string out;
  for (; !text.empty(); text.remove_prefix(std::min(step, text.size())))
    it.feed(text.substr(0, step), out);
  it.finish(out);
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(utf8_repair)

BOOST_AUTO_TEST_CASE(what_is_no_utf8_is_replaced_however_it_comes) {
  const std::pair<std::string, std::string> rows[] = {
    {"", ""},
    {"plain", "plain"},
    {"grüß 日本 🎉", "grüß 日本 🎉"},
    {"\xfc", bad},
    {"a\x80z", "a" + bad + "z"},
    {"\xe2\x82", bad + bad},
    {"\xe2\x82z", bad + bad + "z"},
    {"\xf0\x9f\x8e", bad + bad + bad},
    {"\xc0\xaf", bad + bad},
    {"\xed\xa0\x80", bad + bad + bad},
    {"\xf4\x90\x80\x80", bad + bad + bad + bad},
    {"\xf0\x80", bad + bad},
    {std::string("\0\xc3\0", 3),
     std::string("\0", 1) + bad + std::string("\0", 1)},
  };
  for (const auto& [text, repaired] : rows)
    for (const std::size_t step : {1UL, 2UL, 3UL, 100UL}) {
      BOOST_TEST(in_pieces(text, step) == repaired);
      BOOST_TEST(is_utf8(in_pieces(text, step)));
    }
}

BOOST_AUTO_TEST_CASE(it_counts_what_it_replaces) {
  stagepost::utf8_repair it;
  std::string out;
  it.feed("a\xfc\xe2", out);
  BOOST_TEST(it.replaced() == 1);
  it.finish(out);
  BOOST_TEST(it.replaced() == 2);
}

BOOST_AUTO_TEST_SUITE_END()
