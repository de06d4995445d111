#pragma once

#include "config/configuration.hpp"
#include "net/program.hpp"

#include <map>
#include <optional>
#include <string>
#include <variant>

namespace stagepost {

/// Whom the programs of command outlets run as, looked up when the
/// configuration is read: that may take long, and nobody is to find out with
/// the first mail that there is no such user.
class program_users {
public:
  /// @returns Why it can't be, with the next step, if there is no such user or
  ///          the daemon could not become it.
  static std::variant<program_users, std::string>
  load(const config::configuration& x);

  /// @returns Why none can be, with the next step, where this machine has no
  ///          such user; else "". For who only reads a configuration, and may
  ///          become nobody.
  static std::string fault_of(const std::string& user);

  /// Nothing for "" and for who is the daemon's own user.
  [[nodiscard]] std::optional<net::program::identity>
  find(const std::string& user) const;

private:
  std::map<std::string, net::program::identity> others_;
};

} // namespace stagepost
