#pragma once

#include "mail/mta_sts.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace stagepost {

/// The MTA-STS policies that are known, and when to fetch one (RFC 8461, 3.3
/// and 5.1). Without a clock of its own.
class sts_cache {
public:
  using time_point = std::chrono::system_clock::time_point;

  struct entry {
    sts_policy policy;
    std::string id; ///< As the DNS announced it.
    time_point fetched;
  };

  enum class advice {
    enough,  ///< What is known, be it nothing, is what counts.
    refresh, ///< It counts, and is to be fetched anew meanwhile.
    fetch,   ///< Nobody knows before it is fetched.
  };

  /// @param most  Policies; over it the one that ends first is forgotten.
  explicit sts_cache(std::size_t most = 10'000);

  /// The policy of a domain; nullptr if none counts any more.
  [[nodiscard]] const entry* find(const std::string& domain,
                                  time_point now) const;
  /// @param id  As the DNS announces it now; "" if it does not, or does not
  ///            answer: then what is known goes on until its time is over.
  [[nodiscard]] advice look(const std::string& domain, const std::string& id,
                            time_point now) const;
  /// @returns A domain that was forgotten for it; "" if there is none.
  std::string store(const std::string& domain, entry x);
  /// It could not be fetched: not again for five minutes.
  void failed(const std::string& domain, time_point now);
  /// Those that are to be fetched anew although nobody asks, at most so many.
  [[nodiscard]] std::vector<std::string> stale(time_point now,
                                               std::size_t most) const;
  /// Forgets what is over. @returns Whose policies those were.
  std::vector<std::string> expire(time_point now);

private:
  [[nodiscard]] bool may_fetch(const std::string& domain, time_point now) const;

  std::size_t most_;
  std::map<std::string, entry> known_;
  std::map<std::string, time_point> failures_; ///< Until when to wait.
};

} // namespace stagepost
