#pragma once

#include <string>

namespace stagepost::cli {

/// What `stagepost dkim create` takes.
struct dkim_creation {
  std::string domain;       ///< Or "*.example.com".
  std::string selector;     ///< "" = made of the type and the date.
  std::string type = "rsa"; ///< Or "ed25519".
  unsigned bits = 2048;     ///< Of RSA.
  std::string directory;    ///< "" = `dkim` beside the configuration file.
  std::string config;       ///< The daemon's configuration file.
  bool json = false;
};

/// `stagepost dkim create`: makes a key file that only the daemon's user can
/// read, and never in the place of another; prints the DNS record and the lines
/// of the configuration that go with it.
/// @returns The exit status.
int dkim_create(const dkim_creation& x);

/// `stagepost dkim show`: prints the DNS records of the keys that a
/// configuration names.
/// @returns The exit status: 78 if it, or a key, can't be used.
int dkim_show(const std::string& config, bool json);

} // namespace stagepost::cli
