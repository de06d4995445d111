#pragma once

#include "net/tls_context.hpp"
#include "net/tls_facts.hpp"
#include "test/net/loop_fixture.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace stagepost::net {

/// What the program prints that talks to `port`.
/// @param options  Its own, for the shell.
std::string s_client(loop_fixture& f, std::uint16_t port,
                     const std::string& options);

/// What came of a connection of the program openssl s_client.
struct served {
  std::string text; ///< What it printed; "220 hello" if TLS came about.
  std::optional<tls_facts> facts; ///< What the server knows; likewise.
};

/// Greets an s_client under TLS and ends.
/// @param options  Its own, for the shell.
served serve(const std::shared_ptr<tls_context>& context,
             const std::string& options = {});

inline bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

} // namespace stagepost::net
