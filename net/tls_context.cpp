#include "net/tls_context.hpp"

#include "net/tls_files.hpp"
#include "net/tls_rules.hpp"
#include "net/tls_server_files.hpp"

#include <openssl/ssl.h>

#include <chrono>
#include <mutex>
#include <new>
#include <optional>
#include <utility>

namespace stagepost::net {

namespace {

using clock = std::chrono::steady_clock;

// Who steals a ticket key reads the sessions that its tickets resumed (RFC
// 5077, 5.5), so none lives long.
constexpr auto ticket_keys_live = std::chrono::hours{24};

} // namespace

struct tls_context::impl {
  void use(std::shared_ptr<ssl_ctx_st> next) {
    made_ = clock::now();
    const std::lock_guard lock{swapping_};
    std::swap(current_, next);
  }

  mutable std::mutex swapping_; ///< For `current_` only, so that no handshake
                                ///< waits for a disk.
  std::shared_ptr<ssl_ctx_st> current_;
  std::mutex reloading_; ///< For all that follows.
  std::optional<tls_server_files> files_;
  std::vector<std::string> told_;
  clock::time_point made_;
};

tls_context::tls_context() : impl_(std::make_unique<impl>()) {
}

tls_context::~tls_context() = default;

std::variant<std::shared_ptr<tls_context>, std::string>
tls_context::server(const config::tls_section& section,
                    config::client_certificates mode) {
  if (section.certificates.empty())
    return "tls.certificates is empty: TLS needs a certificate and its key";
  std::shared_ptr<tls_context> out{new tls_context};
  auto& files = out->impl_->files_.emplace(section, mode);
  files.refresh();
  if (!files.refusals().empty())
    return files.refusals().front();
  out->impl_->use(files.make());
  return out;
}

std::variant<std::shared_ptr<tls_context>, std::string>
tls_context::client(const std::string& authorities) {
  auto out = unverified_client();
  auto* ctx = out->current().get();
  if (authorities.empty()) {
    if (SSL_CTX_set_default_verify_paths(ctx) != 1)
      return "the system's authorities: " + last_tls_error();
  } else if (SSL_CTX_load_verify_file(ctx, authorities.c_str()) != 1) {
    return authorities + ": " + last_tls_error();
  }
  return out;
}

std::shared_ptr<tls_context> tls_context::unverified_client() {
  std::shared_ptr<tls_context> out{new tls_context};
  auto* ctx = SSL_CTX_new(TLS_client_method());
  if (ctx == nullptr)
    throw std::bad_alloc{};
  out->impl_->use({ctx, SSL_CTX_free});
  set_common_rules(ctx);
  SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_NONE, nullptr);
  // Old mail servers have short keys. Those are still better than none, and
  // none is what follows when the handshake fails (RFC 7435, 3).
  SSL_CTX_set_security_level(ctx, 1);
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  if (SSL_CTX_dane_enable(ctx) != 1)
    throw std::bad_alloc{};
  return out;
}

tls_context::reloaded tls_context::reload_if_changed() {
  reloaded out;
  const std::lock_guard lock{impl_->reloading_};
  if (!impl_->files_)
    return out;
  auto& files = *impl_->files_;
  out.changed = files.refresh();
  out.refusals = files.refusals();
  out.news = out.changed || out.refusals != impl_->told_;
  impl_->told_ = out.refusals;
  if (out.changed || clock::now() >= impl_->made_ + ticket_keys_live)
    impl_->use(files.make());
  return out;
}

std::shared_ptr<ssl_ctx_st> tls_context::current() const {
  const std::lock_guard lock{impl_->swapping_};
  return impl_->current_;
}

} // namespace stagepost::net
