#pragma once

#include "mail/queue/entry.hpp"
#include "net/event_stream.hpp"

#include <atomic>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace stagepost {

/// Tells everybody who listens what becomes of mail, as it is written to the
/// log of deliveries. Costs one look at a number if nobody does. To be used
/// from any thread.
class event_hub {
public:
  static constexpr std::size_t most_listeners = 64;

  /// What a listener wants to hear of: all, if nothing is said.
  struct filter {
    std::set<std::string> kinds{}; ///< "delivered", see `name_of`.
    std::string domain{};          ///< Of the recipient, lower case.
    std::string recipient{};       ///< Lower case.
    std::optional<queue::id> message{};
  };

  /// A new listener; null if there are too many. It is forgotten when its
  /// stream has ended.
  std::shared_ptr<net::event_stream> listen(filter of);

  [[nodiscard]] bool anybody() const noexcept {
    return count_.load(std::memory_order_relaxed) != 0;
  }

  /// Tells those who want to hear of them, in order.
  void publish(const std::vector<queue::event>& x);

  /// Ends all streams: the daemon stops.
  void end();

private:
  struct listener {
    filter of;
    std::shared_ptr<net::event_stream> to;
  };
  void drop_gone(); ///< With the mutex held.

  std::atomic<std::size_t> count_{0};
  std::mutex mutex_;
  std::vector<listener> listeners_;
};

} // namespace stagepost
