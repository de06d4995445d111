#pragma once

#include "net/http.hpp"

#include <boost/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace stagepost::cli {

/// What the commands that ask a running daemon have in common.
struct client_options {
  std::string socket; ///< Path of the control socket.
  bool json = false;  ///< The answer as it came, for programs.
};

/// A request for what stands under `target`.
net::http_request get(std::string target);
/// A request that changes something.
net::http_request post(std::string target, const boost::json::object& body);

/// Asks the daemon, and sets `status`. Prints why not when nothing comes.
/// @returns The answer; none if there is none, or if it was asked for as JSON
///          and is printed already.
std::optional<boost::json::value>
ask(const client_options& to, const net::http_request& what, int& status);

/// Percent-encoded, for a request's target.
std::string encode(std::string_view text);

/// Text that a remote gave, fit for a terminal.
std::string printable(const boost::json::value& x);

} // namespace stagepost::cli
