#include "mail/dkim/header.hpp"
#include "mail/dkim/signed_fields.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <vector>

using namespace stagepost::dkim;
using stagepost::format_errc;

namespace {

std::string joined(const std::vector<std::string_view>& names) {
  std::string out;
  for (const auto x : names)
    out += (out.empty() ? "" : ":") + std::string{x};
  return out;
}

std::string signed_of(std::string_view octets) {
  return joined(names_to_sign(read_header(octets).value()));
}

/// The fields by their names, `|` and the octets that follow the header.
std::string shape(std::string_view octets) {
  const auto x = read_header(octets).value();
  std::string out;
  for (const auto& y : x.fields)
    out += std::string{y.name} + ',';
  return out + '|' + std::string{octets.substr(x.size)};
}

} // namespace

BOOST_AUTO_TEST_SUITE(dkim_header)

BOOST_AUTO_TEST_CASE(ends_where_the_body_begins) {
  const std::pair<std::string_view, std::string_view> table[] = {
    {"", "|"},
    {"\r\nbody", "|body"},
    {"A: b\r\n\r\nbody", "A,|body"},
    {"A: b\r\n", "A,|"},
    {"A: b", "A,|"},
    {"A: b\r\n c\r\n\td\r\nB:\r\n\r\n", "A,B,|"},
    {"A : b\r\n\r\n", "A,|"},
    {"A: b\n\nbody", "A,|body"},
    {"A: b\rB: c\r\r\nbody", "A,B,|body"},
    {"A: b\r\n \r\n c\r\n\r\nx", "A,|x"},
    {"A:: b\r\n\r\n", "A,|"},
  };
  for (const auto& [octets, wanted] : table)
    BOOST_TEST_CONTEXT(octets)
  BOOST_TEST(shape(octets) == wanted);
}

BOOST_AUTO_TEST_CASE(what_is_no_header_is_refused) {
  for (const std::string_view octets :
       {" A: b\r\n\r\n", "A b\r\n\r\n", "A: b\r\nbody\r\n", ": b\r\n\r\n",
        "A b: c\r\n\r\n", "From joe@example.com today\r\nA: b\r\n\r\n",
        "\xc3\xbc: b\r\n\r\n", "A\x01: b\r\n\r\n"})
    BOOST_TEST_CONTEXT(octets)
  BOOST_TEST(read_header(octets).error()
             == make_error_code(format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(has_a_limit) {
  const auto of = [](std::size_t size) {
    return "A: " + std::string(size - 5, 'x') + "\r\n";
  };
  BOOST_TEST(read_header(of(longest_header)).has_value());
  BOOST_TEST(read_header(of(longest_header + 1)).error()
             == make_error_code(format_errc::too_long));
  std::string many;
  while (many.size() <= longest_header)
    many += "A: b\r\n";
  BOOST_TEST(read_header(many).error()
             == make_error_code(format_errc::too_long));
}

BOOST_AUTO_TEST_CASE(of_binary_content_crlf_alone_ends_a_line) {
  const auto x
    = read_header("A: b\n\nc\r\nB: d\r\n\r\nbody", line_end::crlf).value();
  BOOST_TEST(x.fields.size() == 2U);
  BOOST_TEST(x.size == 17U);
}

BOOST_AUTO_TEST_CASE(what_could_be_added_is_sealed) {
  BOOST_TEST(signed_of("From: a@b\r\n")
             == "from:from:reply-to:to:cc:subject:mime-version:content-type:"
                "content-transfer-encoding");
  BOOST_TEST(
    signed_of("Received: x\r\nfrom: a@b\r\nTo: c@d\r\nTO: e@f\r\nDate: x\r\n"
              "List-Id: x\r\nBcc: y\r\nX-Other: z\r\n")
    == "from:from:reply-to:to:to:to:cc:subject:mime-version:content-type:"
       "content-transfer-encoding:date:date:list-id");
}

// RFC 6376, 5.4.2
BOOST_AUTO_TEST_CASE(of_repeated_fields_the_lowest_comes_first) {
  const auto x
    = read_header("X: 1\r\nY: a\r\nX: 2\r\nY: b\r\nX: 3\r\n\r\n").value();
  BOOST_TEST(to_be_signed(x, {"x", "y", "X", "none", "x", "x"},
                          "D: b=", canonicalization::relaxed)
             == "x:3\r\ny:b\r\nx:2\r\nx:1\r\nd:b=");
  BOOST_TEST(to_be_signed(x, {"y"}, "D: a;\r\n\tb=", canonicalization::simple)
             == "Y: b\r\nD: a;\r\n\tb=");
}

BOOST_AUTO_TEST_SUITE_END()
