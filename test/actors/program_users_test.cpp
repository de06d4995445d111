#include "actors/program_users.hpp"

#include <boost/test/unit_test.hpp>

#include <pwd.h>
#include <unistd.h>

using namespace stagepost;

namespace {

config::configuration running_as(const std::string& user) {
  config::configuration out;
  auto& x = out.outlets.emplace_back();
  x.name = "filter";
  x.type = config::outlet_type::command;
  x.command.user = user;
  return out;
}

std::string refusal(const config::configuration& x) {
  const auto got = stagepost::program_users::load(x);
  const auto* why = std::get_if<std::string>(&got);
  return why != nullptr ? *why : "";
}

} // namespace

BOOST_AUTO_TEST_SUITE(program_users)

BOOST_AUTO_TEST_CASE(who_is_nobody_is_told_at_once) {
  BOOST_TEST(refusal(running_as("no-such-user"))
             == "outlets.filter.user: there is no user `no-such-user`; make it "
                "with `useradd --system no-such-user`");
}

BOOST_AUTO_TEST_CASE(ones_own_user_needs_no_change) {
  const auto* own = getpwuid(geteuid());
  BOOST_REQUIRE(own != nullptr);
  for (const auto& user : {std::string{own->pw_name}, std::string{}}) {
    const auto got = stagepost::program_users::load(running_as(user));
    const auto* users = std::get_if<stagepost::program_users>(&got);
    BOOST_REQUIRE(users != nullptr);
    BOOST_TEST(!users->find(user).has_value());
  }
}

BOOST_AUTO_TEST_CASE(root_alone_runs_programs_as_others) {
  const auto* other = getpwnam("daemon");
  BOOST_REQUIRE(other != nullptr);
  auto x = running_as("daemon");
  if (geteuid() != 0) {
    BOOST_TEST(refusal(x).starts_with("outlets.filter.user: only root can"));
    return;
  }
  const auto got = stagepost::program_users::load(x);
  const auto* users = std::get_if<stagepost::program_users>(&got);
  BOOST_REQUIRE(users != nullptr);
  BOOST_TEST(users->find("daemon")->user == other->pw_uid);
  BOOST_TEST(users->find("daemon")->group == other->pw_gid);
  x.node.user = "nobody";
  BOOST_TEST(refusal(x).starts_with("outlets.filter.user: only root can"));
  x.node.user = "daemon";
  BOOST_TEST(refusal(x) == "");
}

BOOST_AUTO_TEST_SUITE_END()
