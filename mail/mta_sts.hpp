#pragma once

#include "mail/error.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// What a domain says of the servers that take its mail (RFC 8461, 3.2).
struct sts_policy {
  enum class mode_type {
    none,    ///< Nothing any more.
    testing, ///< As `enforce`, but mail is delivered all the same.
    enforce, ///< Mail goes to these hosts alone, over TLS that is verified.
  };
  mode_type mode = mode_type::none;
  std::chrono::seconds max_age{0}; ///< How long it counts; a year at most.
  std::vector<std::string>
    mx; ///< Lower case: "mx.example.com", "*.example.net".
  bool operator==(const sts_policy&) const = default;
};

/// Octets that a policy may have (RFC 8461, 3.3).
constexpr std::size_t longest_sts_policy = 64U << 10U;

/// Reads the file that a domain's policy host serves. A field that stands there
/// twice counts the first time; unknown ones are passed over.
/// @returns `syntax` for what is no policy or misses a field, `too_long` over
///          the limit and for over 256 hosts.
[[nodiscard]] result<sts_policy> parse_sts_policy(std::string_view text);

/// The id of the policy that a domain's TXT records at `_mta-sts.` announce.
/// @returns Nothing unless exactly one of them is such a record (RFC
/// 8461, 3.1).
[[nodiscard]] std::optional<std::string>
sts_id(const std::vector<std::string>& texts);

/// Whether a policy names the host of an MX record (RFC 8461, 4.1): `*.` stands
/// for one label.
[[nodiscard]] bool names_host(const sts_policy& policy, std::string_view host);

} // namespace stagepost
