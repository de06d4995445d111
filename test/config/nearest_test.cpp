#include "config/nearest.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <tuple>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(nearest)

BOOST_AUTO_TEST_CASE(the_distance_counts_the_slips) {
  const std::tuple<std::string_view, std::string_view, std::size_t> table[] = {
    {"", "", 0},
    {"", "abc", 3},
    {"abc", "", 3},
    {"lisen", "listen", 1},
    {"listeen", "listen", 1},
    {"lixten", "listen", 1},
    {"tsl", "tls", 1},
    {"TLS", "tls", 0},
    {"kitten", "sitting", 3},
    {"abcd", "badc", 2},
  };
  for (const auto& [a, b, distance] : table) {
    BOOST_TEST(edit_distance(a, b) == distance);
    BOOST_TEST(edit_distance(b, a) == distance);
  }
}

BOOST_AUTO_TEST_CASE(only_a_near_word_is_offered) {
  constexpr std::string_view words[] = {"listen", "tls", "limits", "rate"};
  const std::pair<std::string_view, std::string_view> table[] = {
    {"lisen", "listen"}, {"tsl", "tls"},
    {"limit", "limits"}, {"rates", "rate"},
    {"x", ""},           {"", ""},
    {"shards", ""},      {"Listen", "listen"},
  };
  for (const auto& [word, meant] : table)
    BOOST_TEST(nearest_word(word, words) == meant);
  BOOST_TEST(nearest_word(std::string(100'000, 'l'), words).empty());
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
