#pragma once

#include "config/configuration.hpp"
#include "mail/egress_way.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::config {

/// What decides how a message leaves.
struct egress_facts {
  std::string domain{};     ///< Of the sender, as the DNS has it; "" for `<>`.
  std::string arrival_ip{}; ///< Ours, that it came in on; "" if on none.
  std::string user{};       ///< Who logged in; "" = nobody.
  /// What its client asked for and may; a side that is "" was not said.
  egress_way wish{};
  /// Picks where there is a choice: a message's id, so that it leaves the same
  /// way at every attempt.
  std::uint64_t seed = 0;
};

/// The section `egress`, prepared for many questions. Never changes.
class egress_plan {
public:
  explicit egress_plan(const egress_section& section);
  ~egress_plan();
  egress_plan(egress_plan&&) noexcept;
  egress_plan& operator=(egress_plan&&) noexcept;

  /// The ways a message may leave, never none: the first is its way, the others
  /// are for a peer of the other family and for addresses that this machine
  /// has lost; at most three of each family.
  ///
  /// The wish comes first, then the first rule that matches, then `addresses`.
  /// Of a pool and of `addresses` each is the first as often as its weight
  /// says, over many seeds, and an address that goes moves only its own
  /// messages. The name goes with the address in rules and pools, also that of
  /// a wish; a wish for a name alone gets the addresses that have it there.
  [[nodiscard]] std::vector<egress_way> ways(const egress_facts& x) const;

  /// Does a rule match that names the sender's domain, without a wildcard?
  [[nodiscard]] bool has_rule_for_domain(const egress_facts& x) const;

private:
  struct state;
  std::unique_ptr<const state> state_;
};

/// Every address with its name, as the section has them, each once: a name
/// alone where the system chooses the address.
std::vector<egress_way> all_ways(const egress_section& section);

} // namespace stagepost::config
