#pragma once

#include "actors/guards/client_key.hpp"
#include "actors/guards/striped_table.hpp"
#include "config/configuration.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

namespace stagepost {

/// What is counted by the minute.
enum class rate {
  client_connections,
  client_messages,
  client_recipients,
  user_messages,
  user_recipients,
  sender_messages,
  sender_recipients
};
inline constexpr std::size_t rates = 7;

/// "client_connections": as the configuration calls it.
const char* name_of(rate x) noexcept;

/// A limit that was reached, and when asking again makes sense.
struct rate_refusal {
  rate what;
  std::chrono::seconds retry_after; ///< At least 1.
};

/// Who sends.
struct mail_origin {
  client_key client;
  std::string_view user;   ///< Who logged in; "" if nobody did.
  std::string_view sender; ///< The reverse-path; "" is the null one.
};

/// How much of what came in within the last minute, by client, user and
/// sender. Any thread; the time is the caller's.
///
/// Each key has a bucket that holds as much as the limit and fills up again
/// within a minute, steadily. It is kept as one number, the time at which it is
/// full again (the generic cell rate algorithm of ATM Forum TM 4.1), and so
/// takes 8 octets where counts by the half minute take 16, answers exactly when
/// there is room again, and has no edge at which to wait for a new minute. In
/// the long run the limit is kept exactly; a bucket that was full lets up to
/// twice the limit through within its first minute, as windows do that a client
/// meets at their seam. What is refused takes nothing out of the bucket.
///
/// Memory is bounded (striped_table); if there are too many keys, those are
/// forgotten first that took the smallest part of what they may.
class rate_table {
public:
  using time_point = std::chrono::steady_clock::time_point;

  explicit rate_table(std::size_t most_keys = 200'000) : table_(most_keys) {
  }

  /// Takes `n` if they are there. More than the limit never are: take one at a
  /// time what may come in large numbers.
  /// @param limit  Within a minute; 0 = none, which costs nothing.
  bool take(rate what, const client_key& who, std::uint32_t n,
            std::uint32_t limit, time_point now) {
    return limit == 0 || take(key(what, who), n, limit, now);
  }
  /// @param name  A user or a sender; ASCII letters of either case are the
  ///              same. The empty one is nobody and has no limit: the null
  ///              reverse-path is shared by all the reports of the world.
  bool take(rate what, std::string_view name, std::uint32_t n,
            std::uint32_t limit, time_point now) {
    return limit == 0 || name.empty() || take(key(what, name), n, limit, now);
  }

  /// How long until `n` will be there, rounded up; 0 if they are now.
  [[nodiscard]] std::chrono::seconds
  retry_after(rate what, const client_key& who, std::uint32_t n,
              std::uint32_t limit, time_point now) const;
  [[nodiscard]] std::chrono::seconds
  retry_after(rate what, std::string_view name, std::uint32_t n,
              std::uint32_t limit, time_point now) const;

  /// May this client connect once more?
  std::optional<rate_refusal>
  take_connection(const config::rates_section& limits, const client_key& who,
                  time_point now);
  /// May this message, may this recipient come in? Asks sender, user and
  /// client, in this order, so that what a sender may not send is not charged
  /// to those who share its client.
  std::optional<rate_refusal> take_message(const config::rates_section& limits,
                                           const mail_origin& who,
                                           time_point now);
  std::optional<rate_refusal>
  take_recipient(const config::rates_section& limits, const mail_origin& who,
                 time_point now);

  /// Keys that had to go although their bucket was not full.
  [[nodiscard]] std::uint64_t forgotten() const noexcept {
    return table_.forgotten();
  }

private:
  struct bucket {
    time_point full_at; ///< In the past: it is full.
    [[nodiscard]] std::int64_t worth(time_point now) const {
      return (full_at - now).count();
    }
  };

  static std::uint64_t key(rate what, const client_key& who);
  static std::uint64_t key(rate what, std::string_view name);
  bool take(std::uint64_t key, std::uint32_t n, std::uint32_t limit,
            time_point now);
  std::chrono::seconds wait(std::uint64_t key, std::uint32_t n,
                            std::uint32_t limit, time_point now) const;
  template <class Key>
  std::optional<rate_refusal> refusal(rate what, const Key& who,
                                      std::uint32_t limit, time_point now);

  striped_table<bucket> table_;
};

} // namespace stagepost
