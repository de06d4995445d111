#include "net/tls_server_files.hpp"

#include "net/server_certificates.hpp"
#include "net/tls_files.hpp"
#include "net/tls_rules.hpp"

#include <utility>
#include <variant>

namespace stagepost::net {

namespace {

/// A server's contexts, one for each certificate.
struct serving {
  std::shared_ptr<ssl_ctx_st> first;
  server_certificates by_name;
};

} // namespace

tls_server_files::tls_server_files(config::tls_section section,
                                   config::client_certificates mode)
  : section_(std::move(section)), mode_(mode) {
  for (const auto& files : section_.certificates)
    pairs_.push_back({files});
}

bool tls_server_files::refresh() {
  refusals_.clear();
  bool changed = false;
  for (auto& x : pairs_)
    changed = refresh(x) || changed;
  if (mode_ != config::client_certificates::none)
    changed = refresh_authority() || changed;
  return changed;
}

// The digest comes first: a file that changes in between is loaded again.
bool tls_server_files::refresh(pair& x) {
  auto digest = digest_of({x.files.certificate, x.files.key});
  if (digest == x.digest)
    return false;
  auto got = load_certificate(x.files);
  if (auto* why = std::get_if<std::string>(&got)) {
    refusals_.push_back(std::move(*why));
    return false;
  }
  x.loaded = std::get<std::shared_ptr<ssl_ctx_st>>(std::move(got));
  x.digest = std::move(digest);
  return true;
}

bool tls_server_files::refresh_authority() {
  if (section_.client_authority.empty()) {
    refusals_.emplace_back("tls.client_authority is empty: it takes one to ask "
                           "clients for certificates");
    return false;
  }
  auto digest = digest_of({section_.client_authority});
  if (digest == authority_digest_)
    return false;
  auto got = client_authority::load(section_.client_authority);
  if (auto* why = std::get_if<std::string>(&got)) {
    refusals_.push_back(std::move(*why));
    return false;
  }
  authority_ = std::get<client_authority>(std::move(got));
  authority_digest_ = std::move(digest);
  return true;
}

std::shared_ptr<ssl_ctx_st> tls_server_files::make() const {
  auto all = std::make_shared<serving>();
  for (const auto& x : pairs_) {
    if (!x.loaded)
      continue;
    auto ctx = copy_of(x.loaded.get());
    set_common_rules(ctx.get());
    set_server_rules(ctx.get(), section_.minimum);
    if (authority_)
      authority_->ask(ctx.get(), mode_);
    if (!all->first)
      all->first = ctx;
    all->by_name.add(std::move(ctx));
  }
  if (!all->first)
    return nullptr;
  all->by_name.choose_by_sni(all->first.get());
  return {all, all->first.get()};
}

} // namespace stagepost::net
