#include "net/tls_facts.hpp"

#include <openssl/err.h>
#include <openssl/objects.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>

namespace stagepost::net {

namespace {

using certificate_ptr = std::unique_ptr<X509, decltype(&X509_free)>;

std::string subject_of(const X509* certificate) {
  const std::unique_ptr<BIO, decltype(&BIO_free)> to{BIO_new(BIO_s_mem()),
                                                     BIO_free};
  // Control characters and what is not ASCII leave it as \XX.
  if (!to
      || X509_NAME_print_ex(to.get(), X509_get_subject_name(certificate), 0,
                            XN_FLAG_RFC2253)
           < 0)
    return {};
  char* text = nullptr;
  const auto size = BIO_get_mem_data(to.get(), &text);
  return {text, static_cast<std::size_t>(size)};
}

std::string printable(const char* text) {
  std::string out = text != nullptr ? text : "";
  std::replace_if(
    out.begin(), out.end(), [](char c) { return c <= ' ' || c > '~'; }, '?');
  return out;
}

// RFC 9266, 2. In TLS 1.2 the keys of two connections can be made to agree
// unless the master secret depends on the whole handshake.
std::string exported(SSL* ssl) {
  constexpr std::string_view label = "EXPORTER-Channel-Binding";
  if (SSL_version(ssl) < TLS1_3_VERSION && SSL_get_extms_support(ssl) != 1)
    return {};
  std::array<unsigned char, 32> out{};
  constexpr int with_context = 1; // which is empty
  if (SSL_export_keying_material(ssl, out.data(), out.size(), label.data(),
                                 label.size(), nullptr, 0, with_context)
      != 1) {
    ERR_clear_error();
    return {};
  }
  return {out.begin(), out.end()};
}

// RFC 5929, 4.1: the hash of the certificate's signature, but nothing weaker
// than SHA-256. An EdDSA signature names none, so there is no binding.
std::string hashed(const X509* certificate) {
  int hash = NID_undef;
  if (certificate == nullptr
      || X509_get_signature_info(const_cast<X509*>(certificate), &hash, nullptr,
                                 nullptr, nullptr)
           != 1) {
    ERR_clear_error();
    return {};
  }
  if (hash == NID_md5 || hash == NID_sha1 || hash == NID_md5_sha1)
    hash = NID_sha256;
  const auto* algorithm = EVP_get_digestbynid(hash);
  std::array<unsigned char, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  if (algorithm == nullptr
      || X509_digest(certificate, algorithm, out.data(), &size) != 1) {
    ERR_clear_error();
    return {};
  }
  return {out.begin(), out.begin() + size};
}

std::string end_point(SSL* ssl) {
  if (SSL_is_server(ssl) == 1)
    return hashed(SSL_get_certificate(ssl));
  const certificate_ptr server{SSL_get1_peer_certificate(ssl), X509_free};
  return hashed(server.get());
}

} // namespace

tls_facts facts_of(ssl_st* ssl) {
  tls_facts out;
  out.version = SSL_get_version(ssl);
  out.cipher = SSL_get_cipher_name(ssl);
  out.bits = SSL_get_cipher_bits(ssl, nullptr);
  out.server_name
    = printable(SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name));
  out.resumed = SSL_session_reused(ssl) == 1;
  const certificate_ptr peer{SSL_get1_peer_certificate(ssl), X509_free};
  if (!peer)
    return out;
  out.peer_subject = subject_of(peer.get());
  const auto refusal = SSL_get_verify_result(ssl);
  // A client looks at the certificate even where any will do.
  const bool looked
    = SSL_is_server(ssl) != 1 || SSL_get_verify_mode(ssl) != SSL_VERIFY_NONE;
  const bool good = refusal == X509_V_OK && looked;
  out.peer_matched
    = good && SSL_get0_dane_authority(ssl, nullptr, nullptr) >= 0;
  out.peer_verified = good && !out.peer_matched;
  if (refusal != X509_V_OK)
    out.peer_refusal = X509_verify_cert_error_string(refusal);
  return out;
}

std::string octets_of(channel_binding kind, ssl_st* ssl) {
  return kind == channel_binding::exporter ? exported(ssl) : end_point(ssl);
}

} // namespace stagepost::net
