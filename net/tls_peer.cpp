#include "net/tls_peer.hpp"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <arpa/inet.h>
#include <cstddef>

namespace stagepost::net {

namespace {

constexpr std::size_t longest_name = 253;

bool is_literal(const std::string& host) {
  in6_addr ignored{};
  return ::inet_pton(AF_INET, host.c_str(), &ignored) == 1
         || ::inet_pton(AF_INET6, host.c_str(), &ignored) == 1;
}

bool fit_for_sni(const std::string& host) { // RFC 6066, 3
  return !host.empty() && host.size() <= longest_name && !is_literal(host);
}

/// Names of the subject count for nothing (RFC 8461, 4.1), wildcards for one
/// whole label (RFC 6125, 6.4.3).
bool expect_name(const std::string& host, SSL* ssl) {
  auto* rules = SSL_get0_param(ssl);
  X509_VERIFY_PARAM_set_hostflags(rules,
                                  X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS
                                    | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  if (host.empty())
    return true;
  return is_literal(host)
           ? X509_VERIFY_PARAM_set1_ip_asc(rules, host.c_str()) == 1
           : X509_VERIFY_PARAM_set1_host(rules, host.c_str(), host.size()) == 1;
}

bool expect_records(const tls_peer& peer, SSL* ssl) {
  if (SSL_dane_enable(ssl, peer.host.c_str()) != 1)
    return false;
  // RFC 7672, 3.1.1 and 3.2.
  SSL_dane_set_flags(ssl, DANE_FLAG_NO_DANE_EE_NAMECHECKS);
  SSL_set_hostflags(ssl, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
  for (const auto& name : peer.names)
    if (SSL_add1_host(ssl, name.c_str()) != 1)
      return false;
  bool any = false;
  for (const auto& x : peer.records) {
    const auto* data = reinterpret_cast<const unsigned char*>(x.data.data());
    const auto taken = SSL_dane_tlsa_add(ssl, x.usage, x.selector, x.matching,
                                         data, x.data.size());
    any = any || taken == 1;
  }
  return any;
}

} // namespace

bool expect(const tls_peer& peer, ssl_st* ssl) {
  constexpr int strict = 2; // 112 bits: RSA keys of 2,048
  bool taken = !fit_for_sni(peer.host)
               || SSL_set_tlsext_host_name(ssl, peer.host.c_str()) == 1;
  if (peer.must == tls_peer::check::dane)
    taken = expect_records(peer, ssl) && taken;
  else
    taken = expect_name(peer.host, ssl) && taken;
  if (peer.must == tls_peer::check::authorities)
    SSL_set_security_level(ssl, strict);
  if (peer.must != tls_peer::check::none)
    SSL_set_verify(ssl, SSL_VERIFY_PEER, nullptr);
  ERR_clear_error();
  return taken || peer.must == tls_peer::check::none;
}

} // namespace stagepost::net
