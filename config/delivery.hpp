#pragma once

#include "mail/address_order.hpp"
#include "mail/queue/fair_line.hpp"
#include "mail/retry_schedule.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stagepost::config {

using std::chrono::seconds;

/// A smart host: smtp://host:port
struct next_hop {
  std::string host;
  std::uint16_t port = 25;
  bool implicit_tls = false; ///< From the first octet (RFC 8314).
  std::string user;          ///< Empty: no login.
  std::string password;
  bool operator==(const next_hop&) const = default;
};

enum class report_content { headers, full };
/// What becomes of a message that was sent whole and not answered.
enum class in_doubt_policy { retry, hold };
enum class delivery_tls { none, opportunistic, required, verified, dane };

/// What may differ by recipient domain.
struct destination_settings {
  std::vector<config::next_hop> next_hop; ///< Empty: by MX.
  std::uint32_t connections = 20;         ///< 0 = no limit.
  std::uint32_t messages_per_connection = 100;
  std::uint32_t rate = 0; ///< Messages a second; 0 = no limit.
  delivery_tls tls = delivery_tls::opportunistic;
  address_preference prefer = address_preference::ipv6;
  bool auth_without_tls = false; ///< Passwords may go in clear.
  bool operator==(const destination_settings&) const = default;
};

/// How long a server may take for what (RFC 5321, 4.5.3.2).
struct delivery_timeouts {
  /// Shorter than there, for the next address waits.
  seconds connect{30};
  seconds greeting{5 * 60};
  seconds command{5 * 60}; ///< The answer to each, and the TLS handshake.
  seconds data{2 * 60};    ///< The answer to DATA.
  seconds content{3 * 60}; ///< To take each piece of the content.
  seconds dot{10 * 60};    ///< The answer to the whole content.
  bool operator==(const delivery_timeouts&) const = default;
};

struct delivery_section {
  destination_settings defaults;
  delivery_timeouts timeouts;
  retry_schedule retry;
  unsigned retry_jitter = 10; ///< Per cent that a wait may get longer.
  /// The longest wait between probes of a destination that is down, while mail
  /// waits for it.
  seconds probe{15 * 60};
  queue::fair_by fair_by = queue::fair_by::sender_domain;
  seconds expire{5 * 24 * 3600};
  seconds warn_after{4 * 3600}; ///< 0 = no delay report.
  report_content report = report_content::headers;
  std::uint32_t reports_per_minute = 60; ///< To one address; 0 = no limit.
  std::string postmaster_copy; ///< Who gets a copy of failures; "" = nobody.
  in_doubt_policy in_doubt = in_doubt_policy::retry;
  std::uint16_t port = 25; ///< Of hosts found by MX; tests can't bind 25.
  bool mta_sts = true;     ///< Where mail goes by MX.
  std::uint16_t mta_sts_port = 443; ///< Of policy hosts; for tests.
  /// PEM file with authorities; "" = the system's.
  std::string ca_file;
  /// By domain, lower case; each with the defaults filled in.
  std::map<std::string, destination_settings> domains;

  [[nodiscard]] const destination_settings&
  settings_for(const std::string& domain) const;
};

} // namespace stagepost::config
