#pragma once

#include "mail/queue/id.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace stagepost::queue {

/// What an administrator wants nothing delivered to, or from, for a while. The
/// mail waits; its time to live goes on.
struct suspension {
  /// What is suspended. As in the database.
  enum class kind : std::int16_t { domain = 1, site = 2, sender = 3 };
  suspension::kind what = kind::domain;
  /// A domain as the DNS has it; a site's key; a sender's address in lower case
  /// or "@domain".
  std::string subject;
  std::string reason; ///< For people.
  time_point since;
  std::optional<time_point> until; ///< Ends by itself.
};

[[nodiscard]] std::string_view name_of(suspension::kind x) noexcept;
/// "domain example.net: they asked for it", for replies and lists.
[[nodiscard]] std::string to_string(const suspension& x);

/// All that is suspended.
class suspensions {
public:
  /// Replaces one of the same subject.
  void add(suspension x);
  /// @returns Was it there?
  bool remove(suspension::kind what, const std::string& subject);
  /// Forgets those whose time is over. @returns They.
  std::vector<suspension> end(time_point now);
  [[nodiscard]] std::optional<time_point> next_end() const;

  [[nodiscard]] bool empty() const noexcept {
    return all_.empty();
  }
  [[nodiscard]] std::vector<suspension> all() const;

  /// Why mail of this sender does not go to this domain now; null if it may.
  /// @param domain  As the DNS has it.
  [[nodiscard]] const suspension* of(std::string_view sender,
                                     const std::string& domain) const;
  /// Likewise for mail that goes to a site.
  [[nodiscard]] const suspension* of_site(const std::string& site) const;

private:
  using key = std::pair<suspension::kind, std::string>;
  [[nodiscard]] const suspension* find(suspension::kind what,
                                       std::string subject) const;
  std::map<key, suspension> all_;
};

} // namespace stagepost::queue
