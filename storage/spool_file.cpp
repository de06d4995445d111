#include "storage/spool_file.hpp"

#include "storage/file_content.hpp"

#include <cerrno>
#include <fcntl.h>
#include <stdlib.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace stagepost::storage {

namespace {

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

int open_nameless(const std::string& directory) {
  const int file
    = ::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (file >= 0)
    return file;
  // Not every file system has nameless files.
  std::string name = directory + "/spool-XXXXXX";
  const int named = ::mkostemp(name.data(), O_CLOEXEC);
  if (named < 0)
    fail("a temporary file in " + directory);
  ::unlink(name.c_str());
  return named;
}

void write_all(int file, std::string_view octets) {
  while (!octets.empty()) {
    const auto n = ::write(file, octets.data(), octets.size());
    if (n < 0 && errno != EINTR)
      fail("writing a message to its file");
    if (n > 0)
      octets.remove_prefix(static_cast<std::size_t>(n));
  }
}

} // namespace

spool::spool(std::string directory, std::size_t threshold)
  : directory_(std::move(directory)), threshold_(threshold) {
}

spool::~spool() {
  if (file_ >= 0)
    ::close(file_);
}

spool::spool(spool&& other) noexcept
  : directory_(std::move(other.directory_)), threshold_(other.threshold_),
    memory_(std::exchange(other.memory_, {})),
    file_(std::exchange(other.file_, -1)),
    size_(std::exchange(other.size_, 0)) {
}

spool& spool::operator=(spool&& other) noexcept {
  std::swap(directory_, other.directory_);
  std::swap(threshold_, other.threshold_);
  std::swap(memory_, other.memory_);
  std::swap(file_, other.file_);
  std::swap(size_, other.size_);
  return *this;
}

void spool::append(std::string octets) {
  const auto more = octets.size();
  if (file_ < 0 && memory_.size() + more > threshold_) {
    file_ = open_nameless(directory_);
    write_all(file_, memory_);
    memory_ = {};
  }
  if (file_ >= 0)
    write_all(file_, octets);
  else if (memory_.empty())
    memory_ = std::move(octets);
  else
    memory_ += octets;
  size_ += more;
}

std::uint64_t spool::size() const noexcept {
  return size_;
}

content_ptr spool::finish() {
  const auto size = std::exchange(size_, 0);
  if (file_ >= 0)
    return std::make_shared<file_content>(std::exchange(file_, -1), size);
  return std::make_shared<memory_content>(std::exchange(memory_, {}));
}

} // namespace stagepost::storage
