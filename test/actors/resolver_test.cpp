#include "actor_fixture.hpp"
#include "actors/resolver/policies.hpp"
#include "actors/resolver/resolver.hpp"
#include "test/storage/scratch.hpp"

#include <boost/asio/ip/udp.hpp>

#include <string>
#include <vector>

using namespace stagepost;

namespace {

namespace asio = boost::asio;

/// A name server that never answers, and what clients heard.
struct with_silence : test::actor_fixture {
  asio::io_context loop;
  asio::ip::udp::socket server{loop, {asio::ip::make_address("127.0.0.1"), 0}};
  test::scratch_folder folder;
  config::configuration settings = by(server, folder);
  node here{settings};
  std::vector<std::string> heard;

  static config::configuration by(const asio::ip::udp::socket& server,
                                  const test::scratch_folder& folder) {
    config::configuration out;
    out.dns.servers
      = {"127.0.0.1@" + std::to_string(server.local_endpoint().port())};
    out.dns.trust_anchor = "none";
    out.node.data_dir = folder.path();
    return out;
  }

  template <class T, class Handle, class Atom>
  void ask_for(const Handle& who, Atom what) {
    ask_later(
      who, what, std::string{"example.org"},
      [this](const T&) { heard.emplace_back("an answer"); },
      [this](const caf::error&) { heard.emplace_back("an error"); });
  }
};

} // namespace

BOOST_FIXTURE_TEST_SUITE(resolver, with_silence)

BOOST_AUTO_TEST_CASE(a_resolver_that_ends_tells_who_asked) {
  const auto who
    = system.spawn(stagepost::resolver, &loop, &here, std::string{"resolver"});
  ask_for<mx_hosts>(who, mx_atom_v);
  ask_for<host_addresses>(who, host_atom_v);
  ask_for<text_records>(who, text_atom_v);
  BOOST_TEST(heard.empty());
  stop(who);
  BOOST_TEST((heard == std::vector<std::string>(3, "an error")));
}

BOOST_AUTO_TEST_CASE(policies_that_end_tell_who_asked) {
  const auto dns
    = system.spawn(stagepost::resolver, &loop, &here, std::string{"resolver"});
  const auto who
    = system.spawn(stagepost::policies, &loop, &here, std::string{"policies"});
  ask_for<sts_rule>(who, sts_atom_v);
  BOOST_TEST(heard.empty());
  stop(who);
  BOOST_TEST((heard == std::vector<std::string>{"an error"}));
  stop(dns);
}

BOOST_AUTO_TEST_SUITE_END()
