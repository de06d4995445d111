#include "actors/dkim_keys.hpp"

#include "net/tls_files.hpp"

#include <cstring>
#include <fstream>
#include <mutex>
#include <optional>
#include <sys/stat.h>
#include <utility>

namespace stagepost {

namespace {

constexpr std::size_t longest_file = 64U << 10U;

std::string content_of(const std::string& path) {
  std::ifstream from{path, std::ios::binary};
  std::string out(longest_file, '\0');
  from.read(out.data(), static_cast<std::streamsize>(out.size()));
  out.resize(static_cast<std::size_t>(from.gcount()));
  return out;
}

std::vector<std::string> warnings_of(const std::string& path,
                                     const dkim::signing_key& key) {
  std::vector<std::string> out;
  struct stat about {};
  if (::stat(path.c_str(), &about) == 0 && (about.st_mode & S_IROTH) != 0)
    out.push_back(path + " can be read by everybody; `chmod o-r " + path
                  + "` ends that, and the key is better replaced");
  if (key.algorithm() != dkim::algorithm::rsa)
    return out;
  const auto bits = std::to_string(key.bits());
  if (key.bits() < dkim::wanted_bits)
    out.push_back(path + " holds an RSA key of " + bits
                  + " bits; 2048 are what RFC 8301 asks for");
  if (key.bits() > dkim::most_bits)
    out.push_back(path + " holds an RSA key of " + bits
                  + " bits; not everybody checks more than 4096 (RFC 8301)");
  return out;
}

} // namespace

std::variant<dkim_key_file, std::string>
load_dkim_key(const std::string& path) {
  if (auto why = net::unreadable(path); !why.empty())
    return why;
  auto text = content_of(path);
  auto got = dkim::signing_key::from_pem(text);
  ::explicit_bzero(text.data(), text.size());
  if (const auto* why = std::get_if<std::string>(&got))
    return path + ' ' + *why;
  auto& key = std::get<dkim::signing_key>(got);
  auto warnings = warnings_of(path, key);
  return dkim_key_file{std::move(key), std::move(warnings)};
}

struct dkim_keys::state {
  struct entry {
    std::string domain;
    config::dkim_key from;
    std::string digest{};
    std::optional<dkim_key_file> loaded{};
  };

  std::mutex reloading; ///< Of `entries`.
  std::vector<entry> entries;
  mutable std::mutex mutex; ///< Of what follows.
  std::shared_ptr<const dkim::key_table> table;
  std::vector<std::string> warnings;

  explicit state(const config::dkim_section& x) {
    for (const auto& [domain, keys] : x.domains)
      for (const auto& key : keys)
        entries.push_back({domain, key});
  }

  // The digest comes first: a file that changes in between is loaded again.
  static bool refresh(entry& x, reloaded& out) {
    auto digest = net::digest_of({x.from.key});
    if (digest == x.digest)
      return false;
    auto got = load_dkim_key(x.from.key);
    if (auto* why = std::get_if<std::string>(&got)) {
      out.refusals.push_back(std::move(*why));
      return false;
    }
    x.loaded = std::get<dkim_key_file>(std::move(got));
    x.digest = std::move(digest);
    return true;
  }

  void publish() {
    auto next = std::make_shared<dkim::key_table>();
    std::vector<std::string> said;
    for (const auto& x : entries) {
      if (!x.loaded)
        continue;
      next->add(x.domain, x.from.selector, x.loaded->key);
      said.insert(said.end(), x.loaded->warnings.begin(),
                  x.loaded->warnings.end());
    }
    const std::lock_guard lock{mutex};
    table = next->empty() ? nullptr : std::move(next);
    warnings = std::move(said);
  }

  reloaded refresh() {
    const std::lock_guard lock{reloading};
    reloaded out;
    for (auto& x : entries)
      out.changed = refresh(x, out) || out.changed;
    if (out.changed)
      publish();
    return out;
  }
};

std::variant<dkim_keys, std::string>
dkim_keys::load(const config::dkim_section& x,
                const config::dkim_section& before, const dkim_keys& loaded) {
  dkim_keys out;
  if (x.domains.empty())
    return out;
  if (x.domains == before.domains && loaded.state_) {
    out.state_ = loaded.state_;
    return out;
  }
  out.state_ = std::make_shared<state>(x);
  if (const auto first = out.state_->refresh(); !first.refusals.empty())
    return first.refusals.front();
  return out;
}

std::shared_ptr<const dkim::key_table> dkim_keys::table() const {
  if (!state_)
    return nullptr;
  const std::lock_guard lock{state_->mutex};
  return state_->table;
}

dkim_keys::reloaded dkim_keys::reload_if_changed() const {
  return state_ ? state_->refresh() : reloaded{};
}

std::vector<std::string> dkim_keys::warnings() const {
  if (!state_)
    return {};
  const std::lock_guard lock{state_->mutex};
  return state_->warnings;
}

} // namespace stagepost
