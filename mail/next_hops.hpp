#pragma once

#include "mail/error.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost {

/// One MX record of a domain.
struct mail_exchanger {
  std::uint16_t preference = 0; ///< The lower, the earlier.
  std::string host;             ///< "" or "." is the null MX (RFC 7505).
};

/// Where the mail for a domain goes: the hosts to try, in order.
struct next_hops {
  std::vector<std::string> hosts; ///< Lower case, no final dot, no repeats.
  std::vector<std::uint16_t> preferences{}; ///< Of each of them.
  /// The domain says that it takes no mail (RFC 7505): 556 5.1.10, or for a
  /// sender's domain 550 5.7.27. No hosts then.
  bool takes_no_mail = false;
  /// There are hosts, and all of them lead back to us (RFC 5321, 5.1):
  /// 554 5.4.6.
  bool loops = false;
};

/// Orders the hosts of a domain (RFC 5321, 5.1): by preference, and at random
/// among equal ones, so that they share the work. A null MX beside others is
/// passed over. Where one of them is ourselves, only those of a lower
/// preference are left.
/// @param exchangers  Those of the DNS, in any order. None: the domain itself
///                    is the only host (its implicit MX).
/// @param own_names   Of this server, in any case.
/// @param seed        Chooses the random order; equal seeds, equal orders.
[[nodiscard]] next_hops
order_hops(std::string_view domain,
           const std::vector<mail_exchanger>& exchangers,
           const std::vector<std::string>& own_names, std::uint64_t seed);

/// The address of an address literal domain (RFC 5321, 4.1.3), without
/// brackets and tag: `192.0.2.1` of `[192.0.2.1]`, `2001:db8::1` of
/// `[IPv6:2001:db8::1]`; such mail goes there without any MX.
/// @returns Nothing for a domain that is no literal; `syntax` for a literal
///          that holds no address of a kind that we can reach.
[[nodiscard]] result<std::optional<std::string>>
literal_address(std::string_view domain);

/// Names the site that a set of hosts is, by which destinations are grouped:
/// `mx1.example.com+mx2.example.com,backup.example.com:25/opportunistic`.
/// Domains with the same hosts share it if they prefer the same of them, or
/// mail for one would go to its backup over the connection of another; in
/// whatever order and case the hosts come.
/// @param hosts  Those that are equally good stand together, the best first.
/// @param port  0 where each host has its own, as in `a.example.com:2525`.
/// @param tls   The policy's name: `none`, `opportunistic`, `required` …
[[nodiscard]] std::string site_name(std::vector<std::vector<std::string>> hosts,
                                    std::uint16_t port, std::string_view tls);

} // namespace stagepost
