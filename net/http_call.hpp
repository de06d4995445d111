#pragma once

#include "mail/outlet/form_data.hpp"
#include "net/tls_context.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::net {

/// A server that is asked over HTTP.
struct http_peer {
  std::string host; ///< A name, or an address without brackets.
  std::uint16_t port = 443;
  /// Its certificate is verified by this, and has to name the host; null: the
  /// connection is in clear.
  std::shared_ptr<tls_context> tls;
  bool operator==(const http_peer&) const = default;
};

/// One request over HTTP/1.1, with its answer's limits.
struct http_call {
  http_peer peer;
  /// Of the host, tried in order. Not needed while its connection is kept.
  std::vector<std::string> addresses{};
  std::string method = "POST";
  std::string target = "/"; ///< Path and query.
  /// Without Host, Connection and Content-Length.
  std::vector<std::pair<std::string, std::string>> fields{};
  std::shared_ptr<outlet::octet_source> body{}; ///< Null: none.
  /// For a connection to one address, TLS included.
  std::chrono::steady_clock::duration connect_limit = std::chrono::seconds{10};
  /// For all of it.
  std::chrono::steady_clock::duration time_limit = std::chrono::seconds{30};
  std::size_t most_header = 16U << 10U;
  std::size_t most_body = 64U << 10U;
  bool keep_alive = true;
};

/// The request's line and fields, with the empty line that ends them.
[[nodiscard]] std::string header_of(const http_call& x);

} // namespace stagepost::net
