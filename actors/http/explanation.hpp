#pragma once

#include "config/routing.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <variant>

namespace stagepost {

/// A message that somebody wants explained.
struct explained_mail {
  std::string from; ///< Without <>.
  std::string to;
  std::string client{};   ///< IP address; "" if it is not said.
  std::string listener{}; ///< "" for the first that takes mail.
  std::string user{};     ///< Who logged in; "" = nobody.
};

/// What can't be explained: "`nobody` is no address".
using explanation_fault = std::string;

/// What the configuration makes of a message, and why: every route that is
/// looked at, the outlet or the reply; for an outlet of type `queue` also the
/// settings of the domain, the next hops that are configured and how the mail
/// leaves. Needs neither a daemon nor the DNS.
/// @param directory  The domains in it; nullptr if they are not known.
std::variant<boost::json::object, explanation_fault>
explain(const config::configuration& config, const config::router& routes,
        const explained_mail& x, const local_domains* directory = nullptr);

} // namespace stagepost
