#include "mail/sasl/mechanism.hpp"

#include "mail/ascii.hpp"

#include <array>

namespace stagepost::sasl {

namespace {

/// In the order of the enum.
constexpr std::array<std::string_view, 4> names{
  "PLAIN", "LOGIN", "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS"};

} // namespace

std::optional<mechanism> mechanism_named(std::string_view name) noexcept {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (iequals(name, names[i]))
      return static_cast<mechanism>(i);
  return std::nullopt;
}

std::string_view to_string(mechanism x) noexcept {
  return names[static_cast<std::size_t>(x)];
}

} // namespace stagepost::sasl
