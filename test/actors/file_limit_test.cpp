#include "actors/file_limit.hpp"

#include <boost/test/unit_test.hpp>

#include <sys/resource.h>

using namespace stagepost;

BOOST_AUTO_TEST_SUITE(file_limit)

BOOST_AUTO_TEST_CASE(clients_that_fit_need_no_advice) {
  BOOST_TEST(advice_on_files(524'288, 10'000) == "");
  BOOST_TEST(advice_on_files(10'256, 10'000) == "");
  BOOST_TEST(advice_on_files(RLIM_INFINITY, 1'000'000) == "");
}

BOOST_AUTO_TEST_CASE(the_advice_names_what_to_set) {
  for (const auto files : {0U, 1024U, 10'255U})
    BOOST_TEST(advice_on_files(files, 10'000)
               == "set LimitNOFILE=20256 in the systemd unit (`ulimit -n` in a "
                  "shell), or a lower limits.max_clients");
}

BOOST_AUTO_TEST_CASE(the_limit_rises_to_what_is_allowed) {
  rlimit before{};
  BOOST_REQUIRE(getrlimit(RLIMIT_NOFILE, &before) == 0);
  rlimit low = before;
  low.rlim_cur = 64;
  BOOST_REQUIRE(setrlimit(RLIMIT_NOFILE, &low) == 0);
  BOOST_TEST(raise_file_limit() == before.rlim_max);
  rlimit now{};
  BOOST_REQUIRE(getrlimit(RLIMIT_NOFILE, &now) == 0);
  BOOST_TEST(now.rlim_cur == before.rlim_max);
  setrlimit(RLIMIT_NOFILE, &before);
}

BOOST_AUTO_TEST_SUITE_END()
