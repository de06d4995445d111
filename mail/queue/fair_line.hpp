#pragma once

#include "mail/queue/entry.hpp"

#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace stagepost::queue {

/// Whose lines take turns.
enum class fair_by : std::uint8_t {
  sender_domain,
  user ///< Who logged in; the sender's domain if nobody did.
};

/// Who waits for a place at a site, in an order that is fair to those who send:
/// each of them (a FLOW: a sender's domain or a user) has a line of its own,
/// oldest first, and the flows take turns. By deficit round robin (Shreedhar
/// and Varghese, 1995) with the charge after the service: who sent something
/// large is passed over until the others had as much.
class fair_line {
public:
  fair_line() = default;
  fair_line(fair_line&&) = default;
  fair_line& operator=(fair_line&&) = default;

  void push(std::string_view whose, const recipient_key& x);
  /// Goes before all others of its flow: it had its turn, and nothing came of
  /// it.
  void push_front(std::string_view whose, const recipient_key& x);

  /// The next; null if nobody waits. It stays until `drop` or `take`.
  const recipient_key* front();
  /// Lets the one in front go, uncharged: it is not there any more.
  void drop();
  /// The one in front gets its place.
  /// @param octets  Of its content: each 64 KiB cost as much as a message.
  void take(std::uint64_t octets);

  [[nodiscard]] bool empty() const noexcept {
    return turns_.empty();
  }
  [[nodiscard]] std::size_t flows() const noexcept {
    return turns_.size();
  }

  /// Those that wait, and some that have gone.
  [[nodiscard]] std::size_t size() const noexcept {
    std::size_t n = 0;
    for (const auto& x : turns_)
      n += x.line.size() - x.passed;
    return n;
  }

  /// Calls `f` with each that waits, in no order.
  template <class F>
  void for_each(F&& f) const {
    for (const auto& x : turns_)
      for (auto i = x.passed; i < x.line.size(); ++i)
        f(x.line[i]);
  }

private:
  struct flow {
    std::string name;
    std::vector<recipient_key> line;
    std::size_t passed = 0;  ///< So many of the line have gone.
    std::int64_t credit = 1; ///< Above 0: it is its turn.
  };
  using flows_list = std::list<flow>;

  flow& find(std::string_view name);

  flows_list
    turns_; ///< Those who have something; whose turn it is comes first.
  std::unordered_map<std::string_view, flows_list::iterator> by_name_;
};

} // namespace stagepost::queue
