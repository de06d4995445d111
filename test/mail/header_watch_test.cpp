#include "mail/smtp/header_watch.hpp"

#include <boost/test/unit_test.hpp>

#include <string>

using watch_t = stagepost::smtp::header_watch;

namespace {

std::string repeated(std::size_t n, std::string_view line) {
  std::string out;
  while (n-- != 0)
    out += line;
  return out;
}

watch_t watched(std::string_view octets) {
  watch_t whole;
  whole.watch(octets);
  watch_t single;
  for (const char& c : octets)
    single.watch({&c, 1});
  BOOST_TEST(single.loop() == whole.loop());
  BOOST_TEST(single.too_long() == whole.too_long());
  BOOST_TEST(single.too_many() == whole.too_many());
  return whole;
}

bool loops(const std::string& octets) {
  return watched(octets).loop();
}

bool too_long(const std::string& octets) {
  return watched(octets).too_long();
}

} // namespace

BOOST_AUTO_TEST_SUITE(header_watch)

BOOST_AUTO_TEST_CASE(a_hundred_hosts_are_a_long_way_and_more_a_loop) {
  BOOST_TEST(!loops(repeated(100, "Received: from a\r\n by b\r\n")));
  BOOST_TEST(loops(repeated(101, "Received: from a\r\n by b\r\n")));
  BOOST_TEST(loops(repeated(101, "RECEIVED:\r\n")));
}

BOOST_AUTO_TEST_CASE(only_received_counts) {
  for (const auto* line :
       {"X-Received: a\r\n", "Received-SPF: a\r\n", "Receive: a\r\n",
        "Subject: Received:\r\n", "A: b\r\n received: x\r\n"})
    BOOST_TEST(!loops(repeated(200, line)), line);
}

BOOST_AUTO_TEST_CASE(what_follows_the_header_does_not_count) {
  const auto body = repeated(200, "Received: from a\r\n");
  BOOST_TEST(!loops("Subject: x\r\n\r\n" + body));
  BOOST_TEST(!loops("\r\n" + body));
  BOOST_TEST(!loops("A text without a header.\r\n" + body));
  BOOST_TEST(!too_long("Subject: x\r\n\r\n" + repeated(200'000, "text\r\n")));
  BOOST_TEST(!too_long("Just text,\r\n" + repeated(200'000, "text\r\n")));
}

BOOST_AUTO_TEST_CASE(a_header_has_at_most_100_kib) {
  const auto line = "X: " + std::string(1019, 'x') + "\r\n"; // 1 KiB
  BOOST_TEST(!too_long(repeated(100, line)));
  BOOST_TEST(too_long(repeated(100, line) + "Y"));
  BOOST_TEST(too_long("X: " + std::string(200'000, 'x')));
  BOOST_TEST(too_long("X: y\r\n" + repeated(60'000, " z\r\n")));
  BOOST_TEST(too_long(std::string(200'000, 'x')));
}

BOOST_AUTO_TEST_CASE(a_header_has_at_most_1000_fields) {
  BOOST_TEST(!watched(repeated(1000, "A: b\r\n c\r\n")).too_many());
  BOOST_TEST(!watched(repeated(1000, "A:\r\n") + "\r\nB:\r\n").too_many());
  BOOST_TEST(watched(repeated(1001, "A:\r\n")).too_many());
}

BOOST_AUTO_TEST_CASE(space_before_the_colon_evades_no_limit) {
  for (const std::string space : {" ", "\t", " \t  "}) {
    const auto first = "X" + space + ": y\r\n";
    BOOST_TEST(!loops(first + repeated(100, "Received: from a\r\n")));
    BOOST_TEST(loops(first + repeated(101, "Received: from a\r\n")));
    BOOST_TEST(loops(repeated(101, "Received" + space + ": from a\r\n")));
    BOOST_TEST(!loops(repeated(101, "Receive" + space + "d: from a\r\n")));
    BOOST_TEST(!watched(repeated(1000, first)).too_many());
    BOOST_TEST(watched(repeated(1001, first)).too_many());
    BOOST_TEST(too_long(first + "X: " + std::string(100U << 10U, 'x')));
    BOOST_TEST(too_long("X" + std::string(100U << 10U, space.front())));
  }
}

BOOST_AUTO_TEST_CASE(words_without_a_colon_behind_them_end_the_header) {
  const auto body = repeated(200, "Received: from a\r\n");
  for (const auto* line :
       {"Hello world\r\n", "Hello world: it is me\r\n", "Hello \r\n", "X \n",
        "X \r: y\r\n", "X\t\xe9: y\r\n"}) {
    BOOST_TEST(!loops(line + body), line);
    BOOST_TEST(!too_long(line + repeated(200'000, "text\r\n")), line);
  }
}

BOOST_AUTO_TEST_CASE(limits_are_the_owners) {
  watch_t x{{10, 1, 1}};
  x.watch("A: b\r\nC\r\n\r\n");
  BOOST_TEST(!x.too_long()); // a line without a colon ends the header
  watch_t y{{10, 1, 0}};
  y.watch("Received:\r\n");
  BOOST_TEST(y.loop());
}

BOOST_AUTO_TEST_SUITE_END()
