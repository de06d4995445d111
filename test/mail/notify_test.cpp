#include "mail/notify.hpp"

#include <boost/test/data/test_case.hpp>
#include <boost/test/unit_test.hpp>

using namespace stagepost;

namespace {

const std::string refused[] = {
  "",
  ",",
  "ALWAYS",
  "NEVER,SUCCESS",
  "SUCCESS,NEVER",
  "NEVER,NEVER",
  "SUCCESS,SUCCESS",
  "SUCCESS,",
  ",SUCCESS",
  "SUCCESS,,DELAY",
  "SUCCESS DELAY",
  "SUCCESS, DELAY",
  "SUCCES",
  "SUCCESSS",
};

} // namespace

BOOST_AUTO_TEST_SUITE(notify)

BOOST_AUTO_TEST_CASE(values_are_read_in_any_order_and_case) {
  const struct {
    const char* text;
    unsigned set;
    const char* again;
  } table[] = {
    {"NEVER", notify_never, "NEVER"},
    {"success", notify_success, "SUCCESS"},
    {"Failure", notify_failure, "FAILURE"},
    {"DELAY,success", notify_success | notify_delay, "SUCCESS,DELAY"},
    {"DELAY,FAILURE,SUCCESS", notify_success | notify_failure | notify_delay,
     "SUCCESS,FAILURE,DELAY"},
  };
  for (const auto& x : table) {
    const auto found = read_notify(x.text);
    BOOST_REQUIRE(found.has_value());
    BOOST_TEST(*found == x.set);
    std::string out;
    append_notify(out, *found);
    BOOST_TEST(out == x.again);
  }
}

BOOST_DATA_TEST_CASE(what_is_none_is_refused, refused, text) {
  BOOST_TEST(read_notify(text).error() == make_error_code(format_errc::syntax));
}

BOOST_AUTO_TEST_CASE(who_said_nothing_hears_of_what_goes_wrong) {
  BOOST_TEST(wants(0, notify_failure));
  BOOST_TEST(wants(0, notify_delay));
  BOOST_TEST(!wants(0, notify_success));
  BOOST_TEST(!wants(notify_never, notify_failure));
  BOOST_TEST(wants(notify_success | notify_delay, notify_success));
  BOOST_TEST(!wants(notify_success | notify_delay, notify_failure));
}

BOOST_AUTO_TEST_SUITE_END()
