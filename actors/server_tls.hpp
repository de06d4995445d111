#pragma once

#include "config/configuration.hpp"
#include "net/tls_context.hpp"

#include <array>
#include <map>
#include <memory>
#include <string>
#include <variant>

namespace stagepost {

/// The certificates of a node's listeners, in a context for each way that these
/// ask their clients for one; and whom deliveries believe. Copies share the
/// contexts. Any thread.
class server_tls {
public:
  server_tls() = default; ///< No certificates.

  /// Loads what the listeners of a configuration need, and each certificate at
  /// least once. Contexts that were made by the same section of the file are
  /// taken over, whatever their files hold by now: see `reload_if_changed`.
  /// @returns Or why a file was refused, naming it.
  static std::variant<server_tls, std::string>
  load(const config::configuration& x, const config::tls_section& before,
       const server_tls& loaded);

  /// For the connections of a listener; nullptr where no certificates are.
  [[nodiscard]] std::shared_ptr<net::tls_context>
  of(config::client_certificates mode) const {
    return contexts_[static_cast<std::size_t>(mode)];
  }

  /// For deliveries; nullptr where nothing was loaded.
  [[nodiscard]] std::shared_ptr<net::tls_context> client() const {
    return client_;
  }

  /// For the platforms of http outlets that trust these authorities: a PEM
  /// file, or "" for the system's; nullptr where none does.
  [[nodiscard]] std::shared_ptr<net::tls_context>
  platforms(const std::string& authority) const {
    const auto i = platforms_.find(authority);
    return i == platforms_.end() ? nullptr : i->second;
  }

  /// Takes what new files hold: net::tls_context::reload_if_changed of all
  /// contexts, each refusal once.
  [[nodiscard]] net::tls_context::reloaded reload_if_changed() const;

private:
  std::array<std::shared_ptr<net::tls_context>, 3> contexts_;
  std::shared_ptr<net::tls_context> client_;
  std::map<std::string, std::shared_ptr<net::tls_context>> platforms_;
};

} // namespace stagepost
