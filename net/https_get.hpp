#pragma once

#include "net/tls_context.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::net {

/// A file to fetch over HTTPS.
struct https_file {
  std::string host;                   ///< Whose certificate it must be.
  std::vector<std::string> addresses; ///< Of the host, tried in order.
  std::uint16_t port = 443;
  std::string path; ///< "/.well-known/mta-sts.txt"
  std::size_t most_octets = 0;
  std::chrono::seconds time_limit{30}; ///< For all of it.
};

struct https_answer {
  std::string text; ///< The file, if `why` is empty.
  std::string why;  ///< Why there is none, for people.
};

/// Fetches a small text: status 200 and `text/plain` only, no redirects, the
/// certificate verified. `done` comes once, on the loop's thread, never from
/// within the call, unless the loop ends before.
void https_get(boost::asio::io_context& loop,
               std::shared_ptr<tls_context> context, https_file what,
               std::function<void(https_answer)> done);

} // namespace stagepost::net
