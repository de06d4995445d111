#include "shard_fixture.hpp"

#include <utility>
#include <vector>

using namespace stagepost;
using namespace std::chrono_literals;

namespace {

/// Hands over what outlets have said of a message, as a HANDOVER does.
struct with_records : test::shard_fixture {
  std::vector<bool> durable; ///< What the clients behind it heard, in order.

  static handed_over said(const queue::arrival& x, std::uint16_t number,
                          std::string address, smtp::reply reply) {
    handed_over out;
    out.untold.what = x.what;
    out.untold.body = x.body;
    auto& to = out.untold.verdicts.emplace_back();
    to.row.number = number;
    to.row.address = std::move(address);
    to.row.notify = notify_success | notify_failure;
    to.reply = std::move(reply);
    return out;
  }

  void record(handed_over x) {
    ask_later(
      shard, record_atom_v, make_local<const handed_over>(std::move(x)),
      [this](bool y) { durable.push_back(y); },
      [this](const caf::error&) { durable.push_back(false); });
  }

  /// The database is back. @returns The reports that are committed then.
  std::vector<std::string> reports_when_back() {
    const auto before = database.seen.size();
    database.how = mood::works;
    commit_held();
    wait(250ms);
    std::vector<std::string> out;
    for (auto n = before; n < database.seen.size(); ++n)
      for (const auto& x : database.seen[n]->arrivals)
        if (x.what->sender.empty())
          out.emplace_back(x.body->in_memory());
    return out;
  }
};

const smtp::reply not_printed{554, {5, 7, 1}, "Not on this paper"};
const smtp::reply printed{250, {2, 0, 0}, "Printed"};

} // namespace

// What the shard writes down of mail that outlets took or refused.
BOOST_FIXTURE_TEST_SUITE(shard_records, with_records)

BOOST_AUTO_TEST_CASE(a_client_is_answered_when_the_report_is_durable) {
  database.how = mood::holds;
  start_shard();
  record(said(message(), 0, "a@jobs.example", not_printed));
  BOOST_TEST(durable.empty());
  BOOST_TEST(database.seen.at(0)->arrivals.size() == 1U);
  commit_held();
  BOOST_TEST((durable == std::vector{true}));
}

BOOST_AUTO_TEST_CASE(a_report_whose_client_comes_again_is_taken_back) {
  start_shard();
  database.how = mood::fails;
  record(said(message(), 0, "a@jobs.example", not_printed));
  wait(11s);
  BOOST_TEST((durable == std::vector{false}));
  BOOST_TEST(reports_when_back().empty());
  // It may have been committed when the connection broke.
  BOOST_TEST(last_batch().removed.size() == 1U);
}

BOOST_AUTO_TEST_CASE(a_report_of_success_is_not_taken_back) {
  start_shard();
  database.how = mood::fails;
  record(said(message(), 0, "a@jobs.example", printed));
  wait(11s);
  const auto reports = reports_when_back();
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST(reports[0].find("a@jobs.example") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(failures_told_by_a_report_taken_back_are_still_told) {
  dns.how = dns_outcome::no_domain;
  dns.silent_for = "slow.example";
  start_shard();
  const auto x = message_to({"a@gone.example", "b@slow.example"});
  submit(x); // the failure of the first waits for the second
  BOOST_TEST(here.count.reports == 0U);
  database.how = mood::fails;
  record(said(x, 2, "c@jobs.example", not_printed));
  wait(11s);
  BOOST_TEST((durable == std::vector{false}));
  const auto reports = reports_when_back();
  BOOST_REQUIRE(reports.size() == 1U);
  BOOST_TEST(reports[0].find("a@gone.example") != std::string::npos);
}

BOOST_AUTO_TEST_SUITE_END()
