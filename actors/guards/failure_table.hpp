#pragma once

#include "actors/guards/client_key.hpp"
#include "actors/guards/striped_table.hpp"

#include <chrono>
#include <cstdint>
#include <string_view>

namespace stagepost {

/// Credentials that were wrong, by client and by user, and what it costs to
/// try again. Any thread; the time is the caller's.
///
/// The client's failures slow it down and at last keep it from AUTH. Those of
/// a user, from wherever, only slow the answers that say no, and not for long:
/// who hammers somebody's name from elsewhere can't lock them out, since the
/// right password is answered at once and no count of a name refuses anything.
/// Names count whether or not there is such a user, so waits tell nobody which
/// ones there are.
///
/// A success takes back the failures of its user, from that user's count and
/// as many from the client's. Failures at other names stay: owning an account
/// buys no guesses at those of others.
///
/// Counted by halves of the window: a failure is remembered for at least half
/// of it and at most all. Memory is bounded (striped_table); if there are too
/// many keys, those with the fewest failures are forgotten first.
class failure_table {
public:
  using time_point = std::chrono::steady_clock::time_point;
  using milliseconds = std::chrono::milliseconds;

  struct limits {
    std::chrono::seconds window{15 * 60};
    milliseconds first{500}; ///< Doubles with each failure.
    milliseconds longest_of_client{30'000};
    milliseconds longest_of_user{5'000};
    std::uint32_t blocking = 100; ///< Failures of a client.
    std::size_t most_keys = 200'000;
  };

  failure_table() : failure_table(limits{}) {
  }
  explicit failure_table(const limits& x)
    : limits_(x), clients_(x.most_keys / 2), users_(x.most_keys / 2) {
  }

  /// Counts a failure, when it is known and not when it is answered: who hangs
  /// up to save the wait is counted all the same.
  /// @param user  As the client named them; "" if it did not come to that.
  /// @returns How long its answer has to wait: `delay` after it.
  milliseconds failed(const client_key& client, std::string_view user,
                      time_point now);

  /// The credentials were right.
  void succeeded(const client_key& client, std::string_view user,
                 time_point now);

  /// How long the answer to a failure has to wait: the longer one of the
  /// client's and the user's; 0 if neither failed in the window.
  [[nodiscard]] milliseconds delay(const client_key& client,
                                   std::string_view user, time_point now) const;

  /// Has this client failed so often that AUTH is refused unread (421 4.7.0)?
  /// Ends by itself when the failures have grown old; what is refused
  /// meanwhile is not to be counted.
  [[nodiscard]] bool blocked(const client_key& client, time_point now) const;

  /// Keys that had to go although they had failures in the window.
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return clients_.forgotten() + users_.forgotten();
  }

private:
  /// Failures of this half of the window and of the one before.
  struct failures {
    time_point old_at; ///< The end of the next half: all is forgotten then.
    std::uint32_t recent = 0;
    std::uint32_t earlier = 0;

    void pass(time_point now, std::chrono::seconds half);
    [[nodiscard]] std::uint32_t count() const {
      return recent + earlier;
    }
    [[nodiscard]] std::int64_t worth(time_point now) const {
      return now < old_at ? count() : 0;
    }
  };
  using table = striped_table<failures>;

  [[nodiscard]] std::chrono::seconds half() const {
    return limits_.window / 2;
  }
  std::uint32_t add(table& to, std::uint64_t key, time_point now);
  std::uint32_t take_back(table& from, std::uint64_t key, std::uint32_t most,
                          time_point now);
  std::uint32_t count(const table& of, std::uint64_t key, time_point now) const;
  milliseconds wait(std::uint32_t times, milliseconds longest) const;

  limits limits_;
  table clients_;
  table users_;
};

} // namespace stagepost
