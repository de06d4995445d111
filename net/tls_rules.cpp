#include "net/tls_rules.hpp"

#include <openssl/ssl.h>

#include <stdexcept>
#include <string_view>

namespace stagepost::net {

namespace {

constexpr auto ciphers = "ECDHE-ECDSA-AES256-GCM-SHA384:"
                         "ECDHE-RSA-AES256-GCM-SHA384:"
                         "ECDHE-ECDSA-CHACHA20-POLY1305:"
                         "ECDHE-RSA-CHACHA20-POLY1305:"
                         "ECDHE-ECDSA-AES128-GCM-SHA256:"
                         "ECDHE-RSA-AES128-GCM-SHA256";
constexpr auto groups = "X25519:P-256:P-384";

} // namespace

void set_common_rules(ssl_ctx_st* ctx) {
  SSL_CTX_set_options(ctx, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                          | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A record in one system call instead of two.
  SSL_CTX_set_read_ahead(ctx, 1);
}

void set_server_rules(ssl_ctx_st* ctx, const std::string& minimum) {
  SSL_CTX_set_min_proto_version(ctx, minimum == "1.3" ? TLS1_3_VERSION
                                                      : TLS1_2_VERSION);
  SSL_CTX_set_options(ctx, SSL_OP_CIPHER_SERVER_PREFERENCE
                             | SSL_OP_PRIORITIZE_CHACHA);
  if (SSL_CTX_set_cipher_list(ctx, ciphers) != 1
      || SSL_CTX_set1_groups_list(ctx, groups) != 1)
    throw std::runtime_error("this OpenSSL has none of our ciphers or groups");
  // Tickets resume a session; a cache here would only hold memory.
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_num_tickets(ctx, 1);
  SSL_CTX_set_max_early_data(ctx, 0);
  // Without it no session with a client certificate can be resumed.
  constexpr std::string_view name = "stagepost";
  SSL_CTX_set_session_id_context(
    ctx, reinterpret_cast<const unsigned char*>(name.data()), name.size());
}

} // namespace stagepost::net
