#include "mail/received.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

received_facts facts() {
  received_facts x;
  x.helo = "client.example.org";
  x.client_address = "192.0.2.1";
  x.by = "mx.example.com";
  x.id = queue::id{42};
  x.at = queue::time_point(std::chrono::seconds(1'795'255'200));
  return x;
}

bool holds(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace

BOOST_AUTO_TEST_SUITE(received)

BOOST_AUTO_TEST_CASE(the_field_says_from_by_with_id_and_when) {
  BOOST_TEST(received_field(facts())
             == "Received: from client.example.org ([192.0.2.1])\r\n"
                "\tby mx.example.com with ESMTP id 000000000001A;\r\n"
                "\tSat, 21 Nov 2026 10:00:00 +0000\r\n");
}

BOOST_AUTO_TEST_CASE(tls_and_a_single_recipient_have_lines_of_their_own) {
  auto x = facts();
  x.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  x.only_recipient = "b@example.com";
  BOOST_TEST(received_field(x)
             == "Received: from client.example.org ([192.0.2.1])\r\n"
                "\t(TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
                "\tby mx.example.com with ESMTPS id 000000000001A\r\n"
                "\tfor <b@example.com>;\r\n"
                "\tSat, 21 Nov 2026 10:00:00 +0000\r\n");
}

BOOST_AUTO_TEST_CASE(a_client_certificate_is_quoted_without_harm) {
  auto x = facts();
  x.tls = "TLSv1.3 TLS_AES_256_GCM_SHA384";
  x.client_certificate = "CN=*.example.org,O=Two \\, Three) by evil\r\nX: \xe9";
  BOOST_TEST(holds(received_field(x),
                   "\r\n\t(TLSv1.3 TLS_AES_256_GCM_SHA384)\r\n"
                   "\t(client certificate "
                   "CN=*.example.org,O=Two ?, Three? by evil??X: ?)\r\n"
                   "\tby mx.example.com with ESMTPS id "));
}

BOOST_AUTO_TEST_CASE(the_protocol_tells_what_was_used) {
  const struct {
    bool extended, tls, authenticated;
    const char* name;
  } table[] = {
    {false, false, false, "SMTP"}, {true, false, false, "ESMTP"},
    {true, true, false, "ESMTPS"}, {true, false, true, "ESMTPA"},
    {true, true, true, "ESMTPSA"}, {false, true, false, "SMTP"},
  };
  for (const auto& row : table) {
    auto x = facts();
    x.extended = row.extended;
    x.tls = row.tls ? "TLSv1.2 X" : "";
    x.authenticated = row.authenticated;
    BOOST_TEST(
      holds(received_field(x), std::string(" with ") + row.name + " id "));
  }
}

BOOST_AUTO_TEST_CASE(an_ipv6_client_is_an_address_literal) {
  auto x = facts();
  x.client_address = "2001:db8::1";
  x.helo = "[IPv6:2001:db8::1]";
  BOOST_TEST(holds(received_field(x),
                   "from [IPv6:2001:db8::1] ([IPv6:2001:db8::1])\r\n"));
}

BOOST_AUTO_TEST_CASE(a_client_without_name_or_address_is_unknown) {
  auto x = facts();
  x.helo = "";
  x.client_address = "";
  BOOST_TEST(holds(received_field(x), "Received: from unknown\r\n\tby "));
}

BOOST_AUTO_TEST_CASE(a_hostile_helo_brings_nothing_into_the_header) {
  const struct {
    std::string helo;
    const char* seen;
  } table[] = {
    {"a\r\nBcc: x", "a??Bcc??x"},
    {{"a\0b", 3}, "a?b"},
    {"a) by evil (b", "a??by?evil??b"},
    {"a;b\"c\\d<e>", "a?b?c?d?e?"},
    {"[a", "?a"},
    {"a]", "a?"},
    {"[]", "??"},
    {"[a]b]", "[a?b]"},
    {"\xc3\xa9.example", "??.example"},
  };
  for (const auto& row : table) {
    auto x = facts();
    x.helo = row.helo;
    BOOST_TEST(holds(received_field(x), std::string("Received: from ")
                                          + row.seen + " ([192.0.2.1])\r\n"));
  }
}

BOOST_AUTO_TEST_CASE(smtputf8_names_its_protocol_and_no_recipient) {
  auto x = facts();
  x.utf8 = x.authenticated = true;
  x.only_recipient = "j\xc3\xb6rg@example.com";
  const auto field = received_field(x);
  BOOST_TEST(holds(field, " with UTF8SMTP"));
  BOOST_TEST(!holds(field, "for <"));
  x.utf8 = x.authenticated = false;
  x.lmtp = true;
  x.tls = "";
  BOOST_TEST(holds(received_field(x), " with LMTP id"));
}

BOOST_AUTO_TEST_CASE(whatever_comes_in_the_field_keeps_its_shape) {
  std::string hostile;
  for (int i = 0; i < 4096; ++i)
    hostile += static_cast<char>(i % 256);
  auto x = facts();
  x.helo = x.client_address = x.by = x.tls = x.client_certificate = hostile;
  x.only_recipient = hostile.substr(0, 128); // of other letters none is told
  const auto field = received_field(x);
  std::size_t lines = 0;
  for (std::size_t at = 0; at < field.size(); ++lines) {
    const auto end = field.find("\r\n", at);
    BOOST_REQUIRE(end != std::string::npos);
    BOOST_TEST(end - at < 998U);
    BOOST_TEST((lines == 0 || field[at] == '\t'));
    for (auto i = at + 1; i < end; ++i)
      BOOST_REQUIRE((field[i] >= ' ' && field[i] < '\x7f'));
    at = end + 2;
  }
  BOOST_TEST(lines == 6U);
}

BOOST_AUTO_TEST_SUITE_END()
