#pragma once

#include "mail/queue/id.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace stagepost::dkim {

class key_table;
struct signing;

} // namespace stagepost::dkim

namespace stagepost {

/// The signatures of a node's last messages, so that one that goes to many
/// destinations, or is tried again, is signed once. Any thread.
class signature_store {
public:
  using keys_ptr = std::shared_ptr<const dkim::key_table>;
  using signing_ptr = std::shared_ptr<const dkim::signing>;

  /// @param most  Messages; the oldest make room.
  explicit signature_store(std::size_t most = 1024) : most_(most) {
  }

  /// With what a message was signed, and in which form.
  struct way {
    keys_ptr by;
    bool changed = false; ///< As 7bit, for a server that takes no more.
    bool operator==(const way&) const = default;
  };

  /// What signing a message so came to; null if that is not known.
  [[nodiscard]] signing_ptr find(queue::id message, const way& how) const;

  void add(queue::id message, way how, signing_ptr x);

private:
  struct entry {
    way how;
    signing_ptr what;
  };
  mutable std::mutex mutex_;
  std::size_t most_;
  std::unordered_map<std::uint64_t, entry> entries_;
  std::deque<std::uint64_t> in_order_;
};

} // namespace stagepost
