#include "actors/queue/destination.hpp"
#include "loops_config.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>
#include <caf/all.hpp>

#include <future>
#include <map>
#include <set>

using namespace stagepost;

namespace {

using results = std::vector<attempt_result>;

/// Stands for the shard: collects how so many jobs ended.
struct ledger {
  explicit ledger(std::size_t n) : open(n) {
  }
  std::size_t open;
  results all;
  std::promise<results> done;
};

queue_shard_actor::behavior_type keep(queue_shard_actor::pointer, ledger* to) {
  return {
    [](submit_atom, const local<const queue::arrival>&) { return outcome{}; },
    [](record_atom, const local<const handed_over>&) { return true; },
    [to](settle_atom, const std::string& site,
         const local<const attempt_result>& x) {
      BOOST_TEST(site == "site");
      to->all.push_back(*x);
      if (--to->open == 0)
        to->done.set_value(to->all);
    },
    [](order_atom, const local<const queue::order>&) { return order_result{}; },
    [](look_atom, const std::vector<queue::id>&) {
      return make_local(std::vector<queue::recipient_sight>{});
    },
    [](sites_atom, const std::string&) {
      return make_local(std::vector<queue::site_sight>{});
    },
    [](wake_atom, std::uint64_t) {},
  };
}

/// Knows no host at all.
resolver_actor::behavior_type ignorant(resolver_actor::pointer,
                                       dns_outcome how) {
  return {
    [how](mx_atom, const std::string&) {
      mx_hosts out;
      out.status = how;
      return out;
    },
    [how](host_atom, const std::string&) {
      host_addresses out;
      out.status = how;
      out.why = "nobody knows";
      return out;
    },
    [](tlsa_atom, const tlsa_question&) { return tlsa_records{}; },
    [](text_atom, const std::string&) { return text_records{}; },
  };
}

struct with_a_site {
  node here{config::configuration{}};
  site where;
  /// How jobs may leave, by their number; others leave as the system has it.
  std::map<std::uint64_t, std::vector<egress_way>> ways;
  boost::asio::io_context io;
  /// Bound, but nobody listens: connections to it are refused.
  boost::asio::ip::tcp::acceptor closed{io};
  test::loops_config config;
  caf::actor_system system{config};

  with_a_site() {
    here.loops = dynamic_cast<stagepost::loop_scheduler*>(&system.scheduler());
    closed.open(boost::asio::ip::tcp::v4());
    closed.bind({boost::asio::ip::make_address("127.0.0.1"), 0});
    where.key = "site";
    where.hosts = {{"127.0.0.1", closed.local_endpoint().port()}};
  }

  /// Lets the site's destination end so many jobs of two recipients each.
  results attempt(std::uint64_t jobs, dns_outcome dns = dns_outcome::found) {
    ledger book{jobs};
    const auto resolver = system.spawn(ignorant, dns);
    here.resolver.set(resolver);
    const auto shard = system.spawn(keep, &book);
    const auto who = system.spawn(stagepost::destination, &here, where, shard,
                                  std::string{"queue/site"});
    for (std::uint64_t n = 1; n <= jobs; ++n) {
      auto job = std::make_shared<delivery_job>();
      job->number = n;
      job->what = std::make_shared<queue::message>();
      job->body = std::make_shared<memory_content>("x\r\n");
      job->recipients = {{0, "a@example.net"}, {1, "b@example.net"}};
      if (const auto own = ways.find(n); own != ways.end())
        job->ways = own->second;
      caf::anon_send(who, deliver_atom_v, local<const delivery_job>{job});
    }
    auto out = book.done.get_future().get();
    for (const auto& x :
         {caf::actor_cast<caf::actor>(who), caf::actor_cast<caf::actor>(shard),
          caf::actor_cast<caf::actor>(resolver)})
      caf::anon_send_exit(x, caf::exit_reason::user_shutdown);
    return out;
  }
};

} // namespace

// Jobs that end without a dialogue; those with one are tried against servers.
BOOST_FIXTURE_TEST_SUITE(destination, with_a_site)

BOOST_AUTO_TEST_CASE(every_job_ends_with_a_reply_for_each_recipient) {
  where.connections = 3;
  const auto ended = attempt(20);
  std::set<std::uint64_t> jobs;
  for (const auto& x : ended) {
    BOOST_TEST(jobs.insert(x.job).second); // none ends twice
    BOOST_TEST(x.relay.empty());           // nobody answered
    BOOST_TEST(x.replies.size() == 2U);
    for (const auto& y : x.replies) {
      BOOST_TEST(y.code == 451);
      BOOST_TEST(smtp::to_string(y.enhanced) == "4.4.1");
    }
  }
  BOOST_TEST(jobs.size() == 20U);
}

BOOST_AUTO_TEST_CASE(a_site_that_nobody_answers_is_not_tried_job_by_job) {
  where.connections = 1;
  BOOST_TEST(attempt(50).size() == 50U);
  BOOST_TEST(here.count.dials < 50U);
}

BOOST_AUTO_TEST_CASE(each_host_is_tried) {
  where.hosts.push_back(where.hosts[0]);
  where.hosts.push_back(where.hosts[0]);
  attempt(1);
  BOOST_TEST(here.count.dials == 3U);
  BOOST_TEST(here.count.dial_failures == 3U);
}

BOOST_AUTO_TEST_CASE(hosts_without_addresses_fail_for_good) {
  where.hosts = {{"mx1.example.net", 25}, {"mx2.example.net", 25}};
  for (const auto how : {dns_outcome::no_domain, dns_outcome::no_data}) {
    const auto ended = attempt(1, how);
    BOOST_TEST(ended[0].replies.at(1).code == 550);
    BOOST_TEST(smtp::to_string(ended[0].replies.at(1).enhanced) == "5.4.4");
  }
}

BOOST_AUTO_TEST_CASE(hosts_whose_addresses_can_not_be_asked_for_defer) {
  where.hosts = {{"mx1.example.net", 25}};
  const auto ended = attempt(1, dns_outcome::temporary);
  BOOST_TEST(ended[0].replies.at(0).code == 451);
}

BOOST_AUTO_TEST_CASE(a_job_without_an_address_of_ours_is_no_fault_of_the_site) {
  where.connections = 1;
  ways[1] = {{"192.0.2.77", "a.example"}, {"2001:db8::77", "a.example"}};
  std::map<std::uint64_t, attempt_result> ended;
  for (const auto& x : attempt(3))
    ended[x.job] = x;
  BOOST_TEST(smtp::to_string(ended[1].replies.at(0))
             == "451 4.3.5 The egress address 192.0.2.77 is not this machine's "
                "at the moment");
  BOOST_TEST(ended[1].no_way);
  for (const std::uint64_t n : {2U, 3U}) {
    BOOST_TEST(smtp::to_string(ended[n].replies.at(0).enhanced) == "4.4.1");
    BOOST_TEST(!ended[n].no_way);
  }
  BOOST_TEST(here.count.lost_egress == 1U);
}

BOOST_AUTO_TEST_CASE(the_next_address_stands_in_for_one_that_is_lost) {
  ways[1] = {{"192.0.2.77", "a.example"}, {"127.0.0.9", "b.example"}};
  const auto ended = attempt(1);
  BOOST_TEST(smtp::to_string(ended[0].replies.at(0).enhanced) == "4.4.1");
  BOOST_TEST(to_string(ended[0].left_by) == "127.0.0.9/b.example");
}

BOOST_AUTO_TEST_CASE(a_host_that_was_tried_counts_more_than_no_way_to_another) {
  ways[1] = {{"127.0.0.9", "a.example"}};
  where.hosts.push_back({"::1", where.hosts[0].port});
  const auto ended = attempt(1);
  BOOST_TEST(!ended[0].no_way); // the site is down
  BOOST_TEST(smtp::to_string(ended[0].replies.at(0).enhanced) == "4.4.1");
}

BOOST_AUTO_TEST_CASE(an_address_reaches_its_own_family_alone) {
  ways[1] = {{"::1", "a.example"}};
  const auto ended = attempt(1);
  BOOST_TEST(ended[0].no_way);
  BOOST_TEST(smtp::to_string(ended[0].replies.at(0))
             == "451 4.3.5 No egress address of ours reaches 127.0.0.1"
                "[127.0.0.1]");
  BOOST_TEST(here.count.dials == 0U);
}

BOOST_AUTO_TEST_SUITE_END()
