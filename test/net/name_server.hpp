#pragma once

#include "test/net/certificates.hpp"

#include <cstdint>
#include <string>
#include <sys/types.h>

namespace stagepost::net {

/// nsd in a child process on a free port of 127.0.0.1, with the zone
/// stagepost.example, broken.example whose file is no zone (SERVFAIL), and
/// signed.example, in which 192.0.2.66 became 192.0.2.67, and deadbeef
/// deadbee0, after it was signed.
class name_server {
public:
  explicit name_server(const std::string& zone,
                       const std::string& signed_zone = {});
  ~name_server();
  name_server(const name_server&) = delete;
  name_server& operator=(const name_server&) = delete;

  /// "127.0.0.1@5353"
  [[nodiscard]] std::string address() const;
  /// File with the key of signed.example.
  [[nodiscard]] std::string anchor() const;

private:
  void sign(const std::string& zone) const;
  void start();
  void wait_until_it_answers() const;

  temporary_folder folder_;
  std::uint16_t port_ = 0;
  pid_t child_ = -1;
};

/// A port that nobody has, with TCP or UDP, and that nobody gets by chance.
std::uint16_t free_port();

} // namespace stagepost::net
