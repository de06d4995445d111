#pragma once

#include "test/config/files.hpp"

#include <boost/test/unit_test.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

/// A faulty text, and its problem as `line:column: text`. `least` follows the
/// text, so that what the table shows is all that is wrong.
struct fault {
  std::string text;
  std::string problem;
};

/// Checks that each text has just its problem.
inline void check_all(const std::vector<fault>& table,
                      std::string_view rest = least) {
  for (const auto& [text, problem] : table) {
    const auto found = faults_of(read_text(text + std::string(rest)));
    BOOST_TEST_CONTEXT(text) {
      BOOST_TEST_REQUIRE(found.size() == 1U);
      BOOST_TEST(found[0] == problem);
    }
  }
}

} // namespace stagepost::config
