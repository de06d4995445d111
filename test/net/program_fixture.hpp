#pragma once

#include "net/program.hpp"
#include "test/net/loop_fixture.hpp"

#include <cerrno>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <sys/wait.h>
#include <utility>

namespace stagepost::test {

/// Runs a program and remembers how it ended.
struct program_fixture : net::loop_fixture {
  std::optional<net::program_end> end;
  std::unique_ptr<net::running_program> running;

  void start(const net::program& x) {
    end.reset();
    running = net::start_program(loop, x, [this](net::program_end y) {
      BOOST_TEST(!end.has_value());
      end = std::move(y);
    });
    BOOST_TEST(!end.has_value());
  }

  net::program_end run(const net::program& x) {
    start(x);
    BOOST_REQUIRE(run_until([&] { return end.has_value(); }));
    return *end;
  }

  net::program_end shell(const std::string& text) {
    return run({.run = {"/bin/sh", "-c", text}});
  }
};

inline bool no_children() {
  return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

// A zombie is over as well, though init may take its time.
inline bool runs(pid_t id) {
  std::ifstream from{"/proc/" + std::to_string(id) + "/stat"};
  std::string number;
  std::string name;
  std::string state;
  return from >> number >> name >> state && state != "Z" && state != "X";
}

} // namespace stagepost::test
