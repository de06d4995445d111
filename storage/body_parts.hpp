#pragma once

#include "mail/content.hpp"
#include "mail/queue/id.hpp"

#include <memory>
#include <string>

namespace stagepost::storage {

namespace pq {
class connection;
}

/// From this size on content is kept in parts beside its message, so that
/// neither we nor the server ever hold a large mail whole.
inline constexpr std::uint64_t inline_limit = 1U << 20U;
inline constexpr std::size_t part_size = 256U << 10U;

/// Writes large contents, each part in a transaction of its own. They are
/// worth nothing until the message row is there.
class body_part_writer {
public:
  explicit body_part_writer(std::string connection_string);
  ~body_part_writer();

  /// Throws database_error; std::system_error when the content can't be read.
  void write(queue::id id, const content& x);

private:
  std::string connection_string_;
  std::unique_ptr<pq::connection> link_; ///< From the first large one on.
};

} // namespace stagepost::storage
