#pragma once

#include "config/configuration.hpp"
#include "mail/error.hpp"

#include <memory>
#include <string>
#include <variant>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace stagepost::net {

/// Certificates, keys and rules of TLS, for servers or for clients; shared by
/// any number of connections and threads.
class tls_context {
public:
  /// For servers: the certificate is chosen by SNI, the first one by default.
  /// @param mode  Whether clients are asked for a certificate: with `request`
  ///              one that can't be verified is told (`tls_facts`), with
  ///              `require` it ends the handshake, as none does.
  /// @returns The context, or why a file was refused (names the file).
  static std::variant<std::shared_ptr<tls_context>, std::string>
  server(const config::tls_section& section,
         config::client_certificates mode = config::client_certificates::none);

  /// For clients. What is wanted of the server is said for each connection: see
  /// `tls_peer`.
  /// @param authorities  PEM file; empty: those of the system.
  /// @returns The context, or why the file was refused (names it).
  static std::variant<std::shared_ptr<tls_context>, std::string>
  client(const std::string& authorities);

  /// For clients that know no authority.
  static std::shared_ptr<tls_context> unverified_client();

  /// What came of a look at the files.
  struct reloaded {
    bool changed = false; ///< Handshakes that begin now use new contents.
    /// Why a file was refused (names it), as long as it is: what it held
    /// before stays in use.
    std::vector<std::string> refusals;
    /// Whether this is not what the last look said: worth a line in the log.
    bool news = false;
  };

  /// Loads anew what has other contents than before; connections there are go
  /// on. To be called every few seconds and when asked to: it reads the files
  /// and, most times, no more. Also makes new ticket keys once a day. Blocks on
  /// the file system; on any thread. A client's context has no files.
  reloaded reload_if_changed();

  ~tls_context();
  /// For connections that begin now.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> current() const;

private:
  tls_context();
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::net
