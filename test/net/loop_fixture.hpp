#pragma once

#include "net/acceptor.hpp"
#include "net/connection.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/test/unit_test.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>

namespace stagepost::net {

using error_code = boost::system::error_code;

/// A loop that a test runs until what it claims has come true.
struct loop_fixture {
  boost::asio::io_context loop;

  template <class Condition>
  bool run_until(Condition done, std::chrono::steady_clock::duration limit
                                 = std::chrono::seconds{20}) {
    auto end = std::chrono::steady_clock::now() + limit;
    while (!done() && std::chrono::steady_clock::now() < end) {
      loop.restart();
      loop.run_one_until(end);
    }
    return done();
  }

  /// Runs what is due, and what becomes due in the time.
  void run_for(std::chrono::steady_clock::duration time) {
    loop.restart();
    loop.run_for(time);
  }
};

/// An end of a connection that remembers what happened to it.
struct witness {
  std::shared_ptr<connection> link;
  std::string got;
  int readable = 0;
  int drained = 0;
  int closed = 0;
  error_code why;
  bool reads_on = true; ///< Reads each time and asks for more.
  std::optional<error_code> handshake;

  void watch(std::shared_ptr<connection> x) {
    link = std::move(x);
    link->listen({.readable =
                    [this] {
                      ++readable;
                      if (!reads_on)
                        return;
                      got += link->read();
                      link->want_input();
                    },
                  .drained = [this] { ++drained; },
                  .closed =
                    [this](error_code ec) {
                      ++closed;
                      why = ec;
                    }});
  }
};

/// Two ends of one TCP connection over loopback.
struct pair_fixture : loop_fixture {
  witness server;
  witness client;

  pair_fixture() {
    namespace ip = boost::asio::ip;
    ip::tcp::acceptor listening{loop, {ip::address_v4::loopback(), 0}};
    ip::tcp::socket a{loop};
    a.connect(listening.local_endpoint());
    client.watch(connection::make(std::move(a)));
    server.watch(connection::make(listening.accept()));
  }
};

} // namespace stagepost::net
