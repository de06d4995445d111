#include "mail/outlet/mail_template.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace stagepost;
using outlet::fill;
using outlet::template_kind;

BOOST_AUTO_TEST_SUITE(mail_template)

BOOST_AUTO_TEST_CASE(names_become_their_values) {
  const std::map<std::string, std::string, std::less<>> values{
    {"a", "one"}, {"b", "{{a}}"}, {"c", ""}};
  struct {
    std::string text;
    std::string filled;
  } const table[] = {
    {"", ""},
    {"x {{a}} y", "x one y"},
    {"{{a}}{{ a }}", "oneone"},
    {"{{b}}", "{{a}}"}, // a value holds no names
    {"-{{c}}-", "--"},
    {"{{unknown}}", "{{unknown}}"},
    {"{{a", "{{a"},
    {"}}{{a}}}}", "}}one}}"},
    {"{ {a}}", "{ {a}}"},
  };
  for (const auto& [text, filled] : table)
    BOOST_TEST(fill(text, values, template_kind::plain) == filled);
}

BOOST_AUTO_TEST_CASE(no_value_becomes_html) {
  BOOST_TEST(
    fill("<b>{{a}}</b>", {{"a", "<i>\"1\" & '2'\n3"}}, template_kind::html)
    == "<b>&lt;i&gt;&quot;1&quot; &amp; &#39;2&#39;<br>\n3</b>");
}

BOOST_AUTO_TEST_CASE(its_names_are_known) {
  BOOST_TEST((outlet::names_in("{{a}} b {{ c }} {{d")
              == std::vector<std::string>{"a", "c"}));
}

BOOST_AUTO_TEST_SUITE_END()
