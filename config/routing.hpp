#pragma once

#include "config/configuration.hpp"
#include "mail/smtp/reply.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace stagepost::config {

/// What a route's conditions are about.
struct route_facts {
  std::string_view listener;
  std::string_view client; ///< IP address.
  std::string_view sender; ///< Without <>.
  std::string_view recipient;
  std::string_view user{}; ///< Who logged in; "" = nobody.
};

/// Where a recipient's mail goes. What it points to lives as long as the
/// router.
struct decision {
  const outlet* to = nullptr; ///< nullptr: refused with `refusal`.
  smtp::reply refusal;
  const route* by = nullptr; ///< nullptr: no route matched.
};

/// The routes, prepared for many questions: patterns compiled, outlets found.
class router {
public:
  /// Keeps nothing of `config`. Throws std::invalid_argument for routes that
  /// `read_file` would have refused.
  explicit router(const configuration& config);
  ~router();

  /// The first route that matches decides; if none does, the mail is refused
  /// with `550 5.7.1 Relaying denied`. Safe to call from any thread.
  [[nodiscard]] decision decide(const route_facts& facts) const;

private:
  struct state;
  std::unique_ptr<const state> state_;
};

/// How mail of a sender leaves (design: egress): local IP and EHLO name.
struct egress_choice {
  std::string ip; ///< "" = the system chooses.
  std::string hostname;
};

/// @param random  Any number; picks among `addresses`.
egress_choice choose_egress(const egress_section& section,
                            std::string_view sender_domain,
                            std::uint64_t random);

} // namespace stagepost::config
