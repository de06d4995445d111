#include "mail/queue/id.hpp"

#include <boost/test/unit_test.hpp>

#include <algorithm>
#include <limits>
#include <thread>
#include <vector>

using namespace stagepost;
using namespace std::chrono_literals;
using queue::id_source;
using queue::parse_id;
using number = queue::id;

namespace {

const queue::time_point noon{std::chrono::milliseconds{1'750'000'000'123}};

} // namespace

BOOST_AUTO_TEST_SUITE(id)

BOOST_AUTO_TEST_CASE(an_id_tells_when_and_where_it_was_made) {
  id_source source{513};
  const auto x = source.next(noon);
  BOOST_CHECK(x.made_at() == noon);
  BOOST_TEST(x.shard() == 513U);
}

BOOST_AUTO_TEST_CASE(ids_of_one_shard_grow_with_time) {
  id_source source{1023};
  auto before = source.next(noon);
  for (const auto later : {0ms, 0ms, 1ms, 5ms, 1000ms}) {
    const auto x = source.next(noon + later);
    BOOST_CHECK(x > before);
    BOOST_TEST(to_string(x) > to_string(before));
    before = x;
  }
}

BOOST_AUTO_TEST_CASE(a_clock_that_steps_back_repeats_no_id) {
  id_source source{0};
  const auto before = source.next(noon);
  BOOST_CHECK(source.next(noon - 1h) > before);
}

BOOST_AUTO_TEST_CASE(a_busy_millisecond_borrows_from_the_next) {
  id_source source{7};
  auto before = source.next(noon);
  for (int i = 0; i < 10'000; ++i) {
    const auto x = source.next(noon);
    BOOST_REQUIRE(x > before);
    BOOST_REQUIRE(x.shard() == 7U);
    before = x;
  }
}

BOOST_AUTO_TEST_CASE(threads_never_get_the_same_id) {
  id_source source{1};
  std::vector<std::vector<number>> made(4);
  {
    std::vector<std::jthread> threads;
    for (auto& mine : made)
      threads.emplace_back([&mine, &source] {
        for (int i = 0; i < 5'000; ++i)
          mine.push_back(source.next(noon));
      });
  }
  std::vector<number> all;
  for (const auto& mine : made)
    all.insert(all.end(), mine.begin(), mine.end());
  std::sort(all.begin(), all.end());
  BOOST_CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
}

BOOST_AUTO_TEST_CASE(no_id_comes_again_after_a_start_with_an_earlier_clock) {
  const auto noon = queue::time_point{std::chrono::seconds(1'800'000'000)};
  id_source before{7};
  number last;
  for (int i = 0; i < 5000; ++i)
    last = before.next(noon);
  id_source after{7};
  after.raise_to(last);
  BOOST_TEST((after.next(noon - std::chrono::hours(1)) > last));
  after.raise_to(number{1}); // never back
  BOOST_TEST((after.next(noon - std::chrono::hours(1)) > last));
}

BOOST_AUTO_TEST_CASE(its_text_is_read_back) {
  for (const std::uint64_t value :
       {std::uint64_t{0}, std::uint64_t{1}, std::uint64_t{0x0123456789abcdef},
        std::numeric_limits<std::uint64_t>::max()}) {
    const auto text = to_string(number{value});
    BOOST_TEST(text.size() == 13U);
    BOOST_TEST(parse_id(text)->value() == value);
  }
  BOOST_TEST(to_string(number{32}) == "0000000000010");
  BOOST_TEST(parse_id("01hv5pz2k4x7d")->value()
             == parse_id("01HV5PZ2K4X7D")->value());
}

BOOST_AUTO_TEST_CASE(what_is_no_id_is_refused) {
  for (const auto* text :
       {"", "0", "00000000000000", "000000000000", "00000000000I0",
        "00000000000L0", "00000000000O0", "00000000000U0", "00000000000-0",
        " 000000000000", "G000000000000", "ZZZZZZZZZZZZZ"})
    BOOST_TEST(parse_id(text).error() == make_error_code(format_errc::syntax),
               text);
}

BOOST_AUTO_TEST_SUITE_END()
