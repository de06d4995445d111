#pragma once

#include "config/configuration.hpp"
#include "mail/local_domains.hpp"
#include "mail/smtp/reply.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

/// What a route's conditions are about.
struct route_facts {
  std::string_view listener;
  std::string_view client; ///< IP address.
  std::string_view sender; ///< Without <>.
  std::string_view recipient;
  std::string_view user{}; ///< Who logged in; "" = nobody.
  /// The domains in the directory; nullptr where nobody has asked it.
  const local_domains* directory = nullptr;
};

/// Where a recipient's mail goes. What it points to lives as long as the
/// router.
struct decision {
  const outlet* to = nullptr; ///< nullptr: refused with `refusal`.
  smtp::reply refusal;
  const route* by = nullptr; ///< nullptr: no route matched.
};

/// What a look at one route has found.
struct route_finding {
  const route* by = nullptr;
  bool matched = false;
  std::string why; ///< For people.
};

/// The routes, prepared for many questions: patterns compiled, outlets found.
class router {
public:
  /// Keeps nothing of `config`. Throws std::invalid_argument for routes that
  /// `read_file` would have refused.
  explicit router(const configuration& config);
  ~router();

  /// The first route that matches decides; if none does, the mail is refused
  /// with `550 5.7.1 Relaying denied`. Where it hangs on the directory, and
  /// that is not known, `451 4.3.0`. Safe to call from any thread.
  [[nodiscard]] decision decide(const route_facts& facts) const;

  /// Every route that `decide` looks at, in order; the last one decides if it
  /// matched.
  [[nodiscard]] std::vector<route_finding>
  explain(const route_facts& facts) const;

  /// Does any route ask for what is in the directory?
  [[nodiscard]] bool asks_directory() const noexcept;

private:
  struct state;
  std::unique_ptr<const state> state_;
};

} // namespace stagepost::config
