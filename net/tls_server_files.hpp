#pragma once

#include "config/configuration.hpp"
#include "net/client_authority.hpp"

#include <memory>
#include <optional>
#include <string>
#include <vector>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace stagepost::net {

/// The files behind a server's TLS, as they were when they could last be used.
class tls_server_files {
public:
  tls_server_files(config::tls_section section,
                   config::client_certificates mode);

  /// Loads each certificate with its key, and the authorities, if the files
  /// have other contents than those loaded last. What can't be used leaves what
  /// was there before, and is tried again the next time.
  /// @returns Whether anything was loaded.
  bool refresh();

  /// Why files could not be used in the last `refresh`, each named.
  [[nodiscard]] const std::vector<std::string>& refusals() const noexcept {
    return refusals_;
  }

  /// What connections are made with, the certificate being chosen by SNI.
  /// Without any certificate: nullptr.
  [[nodiscard]] std::shared_ptr<ssl_ctx_st> make() const;

private:
  struct pair {
    config::certificate files;
    std::string digest{};
    /// Holds the certificate and key only; never used for a connection.
    std::shared_ptr<ssl_ctx_st> loaded{};
  };

  bool refresh(pair& x);
  bool refresh_authority();

  config::tls_section section_;
  config::client_certificates mode_;
  std::vector<pair> pairs_;
  std::string authority_digest_;
  std::optional<client_authority> authority_;
  std::vector<std::string> refusals_;
};

} // namespace stagepost::net
