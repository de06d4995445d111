#include "actors/queue/tls_plan.hpp"

#include <boost/test/unit_test.hpp>

using namespace stagepost;
using policy = smtp::sender::tls_policy;
using check = net::tls_peer::check;
using tls = site::tls_policy;

namespace {

const site::host listed{"mx.example"};
const site::host unlisted = [] {
  site::host out{"mx.evil.example"};
  out.listed = false;
  return out;
}();
const tlsa_record good{3, 1, 1, std::string(32, 'x')};
const tlsa_record useless{1, 1, 1, std::string(32, 'x')};

site with(tls how, bool sts = false) {
  site out;
  out.tls = how;
  out.sts = sts;
  return out;
}

} // namespace

BOOST_AUTO_TEST_SUITE(tls_plan)

BOOST_AUTO_TEST_CASE(each_policy_is_a_plan) {
  const struct {
    site where;
    policy says;
    check must;
    const char* by;
    const char* name;
  } table[] = {
    {with(tls::none), policy::none, check::none, "", "none"},
    {with(tls::opportunistic), policy::opportunistic, check::none, "",
     "opportunistic"},
    {with(tls::required), policy::required, check::none, "", "required"},
    {with(tls::verified), policy::required, check::authorities, "pkix",
     "verified"},
    {with(tls::dane), policy::opportunistic, check::none, "", "dane"},
    {with(tls::opportunistic, true), policy::required, check::authorities,
     "sts", "opportunistic+sts"},
    {with(tls::dane, true), policy::required, check::authorities, "sts",
     "dane+sts"},
  };
  for (const auto& x : table) {
    const auto plan = plan_without_dane(x.where, listed);
    BOOST_TEST((plan.policy == x.says), x.name);
    BOOST_TEST((plan.must == x.must), x.name);
    BOOST_TEST(plan.by == x.by);
    BOOST_TEST(plan.refusal == "");
    BOOST_TEST(policy_name(x.where) == x.name);
  }
}

BOOST_AUTO_TEST_CASE(a_host_that_the_policy_does_not_name_is_refused) {
  BOOST_TEST(plan_without_dane(with(tls::opportunistic, true), unlisted).refusal
             != "");
  BOOST_TEST(plan_without_dane(with(tls::opportunistic), unlisted).refusal
             == "");
}

BOOST_AUTO_TEST_CASE(a_usable_record_comes_before_everything_else) {
  for (const bool sts : {false, true}) {
    const auto plan = plan_by_dane(with(tls::dane, sts), unlisted,
                                   {useless, good}, "base.example");
    BOOST_TEST((plan.policy == policy::required));
    BOOST_TEST((plan.must == check::dane));
    BOOST_TEST(plan.by == "dane");
    BOOST_TEST(plan.base == "base.example");
    BOOST_TEST((plan.records == std::vector<tlsa_record>{good}));
    BOOST_TEST(plan.refusal == "");
  }
}

BOOST_AUTO_TEST_CASE(records_that_are_useless_still_ask_for_tls) {
  const auto plan = plan_by_dane(with(tls::dane), listed, {useless}, "x");
  BOOST_TEST((plan.policy == policy::required));
  BOOST_TEST((plan.must == check::none));
  BOOST_TEST(plan.by == "");
  const auto more = plan_by_dane(with(tls::dane, true), listed, {useless}, "x");
  BOOST_TEST((more.must == check::authorities));
  BOOST_TEST(more.by == "sts");
}

BOOST_AUTO_TEST_CASE(dane_needs_hosts_that_are_secure) {
  using config::delivery_tls;
  BOOST_TEST((site_policy(delivery_tls::dane, true) == tls::dane));
  BOOST_TEST((site_policy(delivery_tls::dane, false) == tls::opportunistic));
  for (const bool secure : {false, true}) {
    BOOST_TEST((site_policy(delivery_tls::none, secure) == tls::none));
    BOOST_TEST((site_policy(delivery_tls::required, secure) == tls::required));
    BOOST_TEST((site_policy(delivery_tls::verified, secure) == tls::verified));
    BOOST_TEST(
      (site_policy(delivery_tls::opportunistic, secure) == tls::opportunistic));
  }
}

BOOST_AUTO_TEST_SUITE_END()
