#include "storage/file_content.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <unistd.h>

namespace stagepost::storage {

file_content::~file_content() {
  ::close(file_);
}

std::size_t file_content::read(std::uint64_t offset,
                               std::span<char> out) const {
  if (offset >= size_)
    return 0;
  const auto wanted = static_cast<std::size_t>(
    std::min<std::uint64_t>(out.size(), size_ - offset));
  std::size_t done = 0;
  while (done < wanted) {
    const auto n = ::pread(file_, out.data() + done, wanted - done,
                           static_cast<off_t>(offset + done));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) // the end comes too early if 0
      throw std::system_error(n < 0 ? errno : EIO, std::generic_category(),
                              "reading a message from its file");
    done += static_cast<std::size_t>(n);
  }
  return done;
}

} // namespace stagepost::storage
