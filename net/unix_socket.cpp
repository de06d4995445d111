#include "net/unix_socket.hpp"

#include <boost/system/system_error.hpp>

#include <cerrno>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>
#include <utility>

namespace stagepost::net {

namespace {

using boost::system::system_error;
using endpoint = boost::asio::local::stream_protocol::endpoint;

constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;
constexpr mode_t only_this_user = 0600;
constexpr int backlog = 256;

[[noreturn]] void refuse(int error, const std::string& why) {
  throw system_error{error, boost::system::system_category(), why};
}

/// A socket that is closed unless it is taken.
class owned_socket {
public:
  owned_socket()
    : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)) {
    if (fd_ < 0)
      refuse(errno, "cannot make a Unix socket");
  }
  ~owned_socket() {
    if (fd_ >= 0)
      ::close(fd_);
  }
  owned_socket(const owned_socket&) = delete;
  owned_socket& operator=(const owned_socket&) = delete;

  [[nodiscard]] int get() const noexcept {
    return fd_;
  }
  int take() noexcept {
    return std::exchange(fd_, -1);
  }

private:
  int fd_;
};

void remove_if_stale(const std::string& path, const endpoint& where) {
  struct stat info {};
  if (::lstat(path.c_str(), &info) != 0)
    return;
  if (!S_ISSOCK(info.st_mode))
    refuse(EEXIST, path + " is there already and is no socket");
  owned_socket probe;
  if (::connect(probe.get(), where.data(), static_cast<socklen_t>(where.size()))
        == 0
      || errno == EAGAIN)
    refuse(EADDRINUSE, "another daemon answers on " + path);
  if (errno != ECONNREFUSED)
    refuse(errno, "cannot tell whether " + path + " is in use");
  if (::unlink(path.c_str()) != 0)
    refuse(errno, "cannot remove the stale socket " + path);
}

} // namespace

endpoint unix_endpoint(const std::string& path) {
  if (path.empty() || path.size() > longest_path)
    refuse(ENAMETOOLONG, "the socket's path \"" + path + "\" has "
                           + std::to_string(path.size())
                           + " octets, and the system allows 1 to "
                           + std::to_string(longest_path)
                           + "; choose a shorter data_dir");
  return endpoint{path};
}

unix_listener::unix_listener(std::string path) : path_(std::move(path)) {
  auto where = unix_endpoint(path_);
  remove_if_stale(path_, where);
  owned_socket socket;
  // Linux gives the file the socket's own mode: there is no moment at which
  // others could connect, and no umask to change for all threads.
  ::fchmod(socket.get(), only_this_user);
  if (::bind(socket.get(), where.data(), static_cast<socklen_t>(where.size()))
        != 0
      || ::chmod(path_.c_str(), only_this_user) != 0
      || ::listen(socket.get(), backlog) != 0)
    refuse(errno, "cannot listen on " + path_);
  struct stat info {};
  if (::lstat(path_.c_str(), &info) == 0) {
    device_ = info.st_dev;
    inode_ = info.st_ino;
  }
  socket_ = socket.take();
}

unix_listener::~unix_listener() {
  struct stat info {};
  if (::lstat(path_.c_str(), &info) == 0 && info.st_dev == device_
      && info.st_ino == inode_)
    ::unlink(path_.c_str());
}

} // namespace stagepost::net
