#pragma once

#include <boost/asio/local/stream_protocol.hpp>

#include <string>
#include <sys/types.h>

namespace stagepost::net {

/// A Unix socket's address. Throws boost::system::system_error if the path has
/// more than the 107 octets that the system allows.
boost::asio::local::stream_protocol::endpoint
unix_endpoint(const std::string& path);

/// A listening Unix socket that only this user may open, and its file.
class unix_listener {
public:
  /// Takes the place of a stale socket, but never of one on which somebody
  /// answers, nor of another kind of file. Throws boost::system::system_error.
  explicit unix_listener(std::string path);
  /// Removes the file, unless it has become somebody else's.
  ~unix_listener();
  unix_listener(const unix_listener&) = delete;
  unix_listener& operator=(const unix_listener&) = delete;

  /// Listening and non-blocking; the caller owns and closes it.
  [[nodiscard]] int native() const noexcept {
    return socket_;
  }

private:
  std::string path_;
  int socket_ = -1;
  dev_t device_{};
  ino_t inode_{};
};

} // namespace stagepost::net
