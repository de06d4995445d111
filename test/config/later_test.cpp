#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

BOOST_AUTO_TEST_SUITE(later)

BOOST_AUTO_TEST_CASE(what_comes_later_is_answered_by_name) {
  const std::string_view none;
  check_all({
    {"cluster: {listen: \"0.0.0.0:4690\"}\n",
     "1:1: key `cluster` is not available in this version yet"},
    {"outlets: {jobs: {type: mailbox}}\n",
     "1:24: outlet type `mailbox` is not available in this version yet"},
    {"routes: [{header: a, to: reject}]\n",
     "1:11: key `header` is not available in this version yet"},
  });
  check_all(
    {
      {"listeners: [{name: a, address: \"[::]:25\", protocol: pop3}]\n",
       "1:53: protocol `pop3` is not available in this version yet"},
      {"listeners: [{name: a, address: \"[::]:25\", protocol: http, "
       "tls: implicit}]\n"
       "tls: {certificates: [{certificate: /dev/null, key: /dev/null}]}\n",
       "1:64: tls `implicit` of an http listener is not available in this "
       "version yet"},
    },
    none);
}

BOOST_AUTO_TEST_CASE(what_comes_later_may_be_turned_off_already) {
  good(read_text("cluster: {}\n" + std::string(least)));
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
