#include "mail/outlet/form_data.hpp"
#include "mail/outlet/octets.hpp"
#include "parsed.hpp"

#include <boost/test/unit_test.hpp>

#include <system_error>

using namespace stagepost;
using outlet::text_octets;
using form = outlet::form_data;

namespace {

form::field field(std::string name, std::string value, std::string file = {},
                  std::string type = {}) {
  return {std::move(name), std::move(file), std::move(type),
          std::make_unique<text_octets>(std::move(value))};
}

template <class... Fields>
form form_of(Fields... xs) {
  std::vector<form::field> fields;
  (fields.push_back(std::move(xs)), ...);
  return {"b0undary", std::move(fields)};
}

/// Says that it is longer than it is, as a file that was cut off does.
struct short_octets final : outlet::octet_source {
  [[nodiscard]] std::uint64_t size() const noexcept override {
    return 10;
  }
  std::size_t read(std::span<char> /*out*/) override {
    return 0;
  }
  void rewind() override {
  }
};

} // namespace

BOOST_AUTO_TEST_SUITE(form_data)

BOOST_AUTO_TEST_CASE(fields_come_in_order_between_boundaries) {
  const std::string expected
    = "--b0undary\r\n"
      "Content-Disposition: form-data; name=\"message\"\r\n"
      "Content-Type: application/json\r\n"
      "\r\n"
      "{}\r\n"
      "--b0undary\r\n"
      "Content-Disposition: form-data; name=\"empty\"\r\n"
      "\r\n"
      "\r\n"
      "--b0undary\r\n"
      "Content-Disposition: form-data; name=\"attachment-1\"; "
      "filename=\"über.txt\"\r\n"
      "Content-Type: text/plain\r\n"
      "\r\n"
      "text\r\n"
      "--b0undary--\r\n";
  for (const std::size_t step : {1UL, 3UL, 64UL, 10'000UL}) {
    auto it = form_of(field("message", "{}", "", "application/json"),
                      field("empty", ""),
                      field("attachment-1", "text", "über.txt", "text/plain"));
    BOOST_TEST(it.size() == expected.size());
    BOOST_TEST(test::all_of(it, step) == expected);
    it.rewind();
    BOOST_TEST(test::all_of(it, step) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_form_of_nothing_has_its_end) {
  auto it = form_of();
  BOOST_TEST(test::all_of(it, 100) == "--b0undary--\r\n");
  BOOST_TEST(it.content_type() == "multipart/form-data; boundary=b0undary");
}

BOOST_AUTO_TEST_CASE(no_name_leaves_its_quotes) {
  const std::pair<std::string, std::string> rows[] = {
    {"plain.txt", "plain.txt"},
    {"a \"b\".txt", "a %22b%22.txt"},
    {"a\r\nContent-Type: x", "a%0D%0AContent-Type: x"},
    {"back\\slash", "back\\slash"},
    {"100%22", "100%22"},
    {"日本.pdf", "日本.pdf"},
  };
  for (const auto& [name, written] : rows) {
    auto it = form_of(field(name, "", name));
    BOOST_TEST(test::all_of(it, 100).find("; name=\"" + written
                                          + "\"; filename=\"" + written
                                          + "\"\r\n\r\n")
               != std::string::npos);
  }
}

BOOST_AUTO_TEST_CASE(a_type_that_would_leave_its_line_is_left_out) {
  auto it = form_of(field("a", "", "", "text/plain\r\nX: y"));
  BOOST_TEST(test::all_of(it, 100).find("X: y") == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_value_that_ends_early_is_an_error) {
  std::vector<form::field> fields;
  fields.push_back({"a", "", "", std::make_unique<short_octets>()});
  form it("b", std::move(fields));
  BOOST_CHECK_THROW(test::all_of(it, 1000), std::system_error);
}

BOOST_AUTO_TEST_CASE(a_message_is_a_value_as_it_is) {
  outlet::content_octets it(test::message_of("X: y\r\n\r\ntext"));
  BOOST_TEST(it.size() == 12);
  BOOST_TEST(test::all_of(it, 5) == "X: y\r\n\r\ntext");
  it.rewind();
  BOOST_TEST(test::all_of(it, 100) == "X: y\r\n\r\ntext");
}

BOOST_AUTO_TEST_SUITE_END()
