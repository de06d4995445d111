#include "mail/content.hpp"

#include <algorithm>

namespace stagepost {

std::size_t memory_content::read(std::uint64_t offset,
                                 std::span<char> out) const {
  if (offset >= octets_.size())
    return 0;
  return octets_.copy(out.data(), out.size(), offset);
}

} // namespace stagepost
