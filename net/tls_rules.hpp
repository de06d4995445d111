#pragma once

#include <string>

struct ssl_ctx_st; // OpenSSL's SSL_CTX

namespace stagepost::net {

/// What holds for servers and clients: no compression, no renegotiation, and
/// what connections need of OpenSSL.
void set_common_rules(ssl_ctx_st* ctx);

/// For servers besides: TLS 1.2 with forward secrecy and authenticated
/// encryption only, in our order, and 1.3; X25519, P-256 and P-384 (no finite
/// field Diffie-Hellman); no early data. Sessions resume by tickets, under keys
/// that `ctx` makes for itself and that end with it.
/// @param minimum  "1.2" or "1.3".
void set_server_rules(ssl_ctx_st* ctx, const std::string& minimum);

} // namespace stagepost::net
