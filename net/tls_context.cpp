#include "net/tls_context.hpp"

#include "net/server_certificates.hpp"

#include <openssl/ssl.h>

#include <new>
#include <utility>

namespace stagepost::net {

namespace {

constexpr long no_old_habits = SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION;

void set_modes(SSL_CTX* ctx) {
  SSL_CTX_set_options(ctx, no_old_habits);
  SSL_CTX_set_mode(ctx, SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE
                          | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  // A record in one system call instead of two.
  SSL_CTX_set_read_ahead(ctx, 1);
}

} // namespace

struct tls_context::impl {
  std::shared_ptr<SSL_CTX> first_;
  server_certificates certificates_;
};

tls_context::~tls_context() = default;

std::variant<std::shared_ptr<tls_context>, std::string>
tls_context::server(const config::tls_section& section) {
  if (section.certificates.empty())
    return "tls.certificates is empty: TLS needs a certificate and its key";
  std::shared_ptr<tls_context> out{new tls_context};
  out->impl_ = std::make_unique<impl>();
  for (const auto& files : section.certificates) {
    auto loaded = load_certificate(files);
    if (auto* why = std::get_if<std::string>(&loaded))
      return std::move(*why);
    auto ctx = std::get<std::shared_ptr<SSL_CTX>>(std::move(loaded));
    set_modes(ctx.get());
    SSL_CTX_set_min_proto_version(
      ctx.get(), section.minimum == "1.3" ? TLS1_3_VERSION : TLS1_2_VERSION);
    SSL_CTX_set_options(ctx.get(), SSL_OP_CIPHER_SERVER_PREFERENCE
                                     | SSL_OP_PRIORITIZE_CHACHA);
    // Tickets resume a session; a cache here would only hold memory.
    SSL_CTX_set_session_cache_mode(ctx.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_num_tickets(ctx.get(), 1);
    if (!out->impl_->first_)
      out->impl_->first_ = ctx;
    out->impl_->certificates_.add(std::move(ctx));
  }
  out->impl_->certificates_.choose_by_sni(out->native());
  return out;
}

std::shared_ptr<tls_context> tls_context::unverified_client() {
  std::shared_ptr<tls_context> out{new tls_context};
  out->impl_ = std::make_unique<impl>();
  auto* ctx = SSL_CTX_new(TLS_client_method());
  if (ctx == nullptr)
    throw std::bad_alloc{};
  out->impl_->first_.reset(ctx, SSL_CTX_free);
  set_modes(ctx);
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
  // Old mail servers have short keys. Those are still better than none, and
  // none is what follows when the handshake fails (RFC 7435, 3).
  SSL_CTX_set_security_level(ctx, 1);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  return out;
}

ssl_ctx_st* tls_context::native() const noexcept {
  return impl_->first_.get();
}

} // namespace stagepost::net
