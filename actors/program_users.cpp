#include "actors/program_users.hpp"

#include <pwd.h>
#include <unistd.h>

namespace stagepost {

namespace {

std::optional<net::program::identity> look_up(const std::string& user) {
  const auto* who = getpwnam(user.c_str());
  if (who == nullptr)
    return std::nullopt;
  return net::program::identity{who->pw_uid, who->pw_gid};
}

/// Who the daemon is once it takes mail.
uid_t own_user(const config::configuration& x) {
  if (const auto who
      = x.node.user.empty() ? std::nullopt : look_up(x.node.user))
    return who->user;
  return geteuid();
}

} // namespace

std::variant<program_users, std::string>
program_users::load(const config::configuration& x) {
  program_users out;
  for (const auto& outlet : x.outlets) {
    const auto& user = outlet.command.user;
    if (outlet.type != config::outlet_type::command || user.empty())
      continue;
    const auto key = "outlets." + outlet.name + ".user: ";
    const auto who = look_up(user);
    if (!who)
      return key + fault_of(user);
    const auto own = own_user(x);
    if (who->user == own)
      continue;
    if (own != 0)
      return key + "only root can run a program as `" + user
             + "`; start as root and leave `node.user` out, or leave this out";
    out.others_.emplace(user, *who);
  }
  return out;
}

std::string program_users::fault_of(const std::string& user) {
  if (look_up(user))
    return {};
  return "there is no user `" + user + "`; make it with `useradd --system "
         + user + "`";
}

std::optional<net::program::identity>
program_users::find(const std::string& user) const {
  const auto i = others_.find(user);
  return i == others_.end() ? std::nullopt : std::optional{i->second};
}

} // namespace stagepost
