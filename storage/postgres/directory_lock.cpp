#include "storage/postgres/directory_lock.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
#include <sys/file.h>
#include <unistd.h>

namespace stagepost::storage::postgres {

directory_lock::directory_lock(const std::string& data_directory) : file_(-1) {
  const auto path = data_directory + ".lock";
  file_ = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file_ < 0)
    throw std::runtime_error("cannot open " + path + ": " + strerror(errno)
                             + ": the folder must be writable by the daemon");
  if (::flock(file_, LOCK_EX | LOCK_NB) != 0) {
    std::array<char, 32> holder{};
    const auto n = ::pread(file_, holder.data(), holder.size() - 1, 0);
    ::close(file_);
    throw std::runtime_error(
      "another stagepost (process "
      + (n > 0 ? std::string(holder.data()) : std::string("unknown"))
      + ") uses " + data_directory
      + ": stop it, or give this one a data_dir of its own");
  }
  // For the message above only: the lock is what counts.
  const auto ours = std::to_string(::getpid());
  if (::ftruncate(file_, 0) == 0) [[maybe_unused]]
    const auto n = ::pwrite(file_, ours.data(), ours.size(), 0);
}

directory_lock::~directory_lock() {
  ::close(file_);
}

} // namespace stagepost::storage::postgres
