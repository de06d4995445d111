#include "mail/content.hpp"

#include <boost/test/unit_test.hpp>

#include <array>
#include <string>

using stagepost::memory_content;

BOOST_AUTO_TEST_SUITE(content)

BOOST_AUTO_TEST_CASE(content_in_memory_shows_all_of_itself) {
  const memory_content x{"Subject: x\r\n\r\ny\r\n"};
  BOOST_TEST(x.size() == 17U);
  BOOST_TEST(x.in_memory() == "Subject: x\r\n\r\ny\r\n");
}

BOOST_AUTO_TEST_CASE(it_is_read_from_any_place_to_its_end) {
  const memory_content x{"0123456789"};
  std::array<char, 4> out{};
  std::string all;
  for (std::uint64_t at = 0;;) {
    const auto n = x.read(at, out);
    all.append(out.data(), n);
    at += n;
    if (n < out.size())
      break;
  }
  BOOST_TEST(all == "0123456789");
  BOOST_TEST(x.read(8, out) == 2U);
}

BOOST_AUTO_TEST_CASE(there_is_nothing_behind_its_end) {
  const memory_content x{"abc"};
  std::array<char, 4> out{};
  BOOST_TEST(x.read(3, out) == 0U);
  BOOST_TEST(x.read(~std::uint64_t{0}, out) == 0U);
  BOOST_TEST(x.read(0, {}) == 0U);
}

BOOST_AUTO_TEST_CASE(empty_content_is_content_too) {
  const memory_content x{""};
  std::array<char, 4> out{};
  BOOST_TEST(x.size() == 0U);
  BOOST_TEST(x.in_memory().empty());
  BOOST_TEST(x.read(0, out) == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
