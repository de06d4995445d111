#include "actors/runtime/plain_words.hpp"

#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <array>

using namespace stagepost;

namespace {

struct with_words {
  caf::actor_system_config config;
  with_words() {
    add_plain_words(config);
  }
  caf::actor_system system{config};
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(plain_words, with_words)

BOOST_AUTO_TEST_CASE(errors_are_told_without_the_names_of_types) {
  struct row {
    caf::error what;
    std::string text;
  };
  const std::array rows{
    row{make_error(caf::exit_reason::kill), "it was killed"},
    row{make_error(caf::exit_reason::user_shutdown), "it was told to stop"},
    row{make_error(caf::exit_reason::unreachable), "nobody needed it any more"},
    row{make_error(caf::sec::runtime_error, std::string{"too cold"}),
        "too cold"},
    row{make_error(caf::sec::runtime_error), "runtime error"},
    row{make_error(caf::sec::request_receiver_down), "who was asked is gone"},
    row{make_error(caf::sec::cannot_open_file, std::string{"a.txt"}),
        "cannot open file: a.txt"},
  };
  for (const auto& x : rows)
    BOOST_TEST(system.render(x.what) == x.text);
}

BOOST_AUTO_TEST_SUITE_END()
