#pragma once

#include "config/configuration.hpp"

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <variant>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace stagepost::net {

/// Reads a certificate with its chain, and its key.
/// @returns An SSL_CTX for servers, or why not, naming the file.
std::variant<std::shared_ptr<ssl_ctx_st>, std::string>
load_certificate(const config::certificate& files);

/// Another SSL_CTX for servers with the same certificate, chain and key.
std::shared_ptr<ssl_ctx_st> copy_of(ssl_ctx_st* loaded);

/// Which certificate belongs to which name, by its subjectAltName or else its
/// common name. "*.example.com" stands for one label (RFC 6125, 6.4.3).
class server_certificates {
public:
  /// Of several with the same name the first one counts.
  void add(std::shared_ptr<ssl_ctx_st> ctx);
  /// @returns nullptr if no certificate has this name.
  [[nodiscard]] ssl_ctx_st* find(std::string_view host) const;
  /// Has `first` switch to the one for the name that a client asks for.
  /// `*this` must outlive every connection made with it.
  void choose_by_sni(ssl_ctx_st* first);

private:
  /// Lower case; a wildcard as written.
  std::map<std::string, std::shared_ptr<ssl_ctx_st>, std::less<>> by_name_;
};

} // namespace stagepost::net
