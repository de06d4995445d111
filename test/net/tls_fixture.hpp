#pragma once

#include "test/net/loop_fixture.hpp"
#include "test/net/tls_contexts.hpp"

#include <memory>
#include <string>

namespace stagepost::net {

/// Two ends that can shake hands.
struct tls_fixture : pair_fixture {
  bool shake_hands(const std::string& host = "mx.a.example",
                   std::shared_ptr<stagepost::net::tls_context> context
                   = test_contexts().server) {
    server.link->accept_tls(std::move(context),
                            [this](error_code ec) { server.handshake = ec; });
    client.link->connect_tls(test_contexts().client, host,
                             [this](error_code ec) { client.handshake = ec; });
    BOOST_TEST(!server.handshake.has_value());
    return run_until([this] {
             return (server.handshake || server.closed)
                    && (client.handshake || client.closed);
           })
           && server.handshake == error_code{}
           && client.handshake == error_code{};
  }

  /// Reads and drops what the other end has to say, such as its tickets.
  void both_listen() {
    server.link->want_input();
    client.link->want_input();
  }
};

} // namespace stagepost::net
