#pragma once

#include "mail/queue/entry.hpp"
#include "mail/smtp/reply.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace stagepost {

/// One message with those of its recipients that go to one destination: what a
/// delivery worker is handed. Stays on its node, for it carries the content.
struct delivery_job {
  std::uint64_t number = 0; ///< Of this lease; never reused by a shard.
  queue::message_ptr what;
  content_ptr body;
  struct recipient {
    std::uint16_t number = 0;
    std::string address;
    std::uint8_t notify = 0;          ///< NOTIFY, of `notify_flag`.
    std::string original_recipient{}; ///< ORCPT.
  };
  std::vector<recipient> recipients;
};

/// How one attempt ended.
struct attempt_result {
  std::uint64_t job = 0;
  std::string relay; ///< "mx.example.com[192.0.2.1]:25"; "" if none answered.
  std::string tls;   ///< Description of the TLS session; "" in clear.
  /// One for each recipient of the job, in order: 2xx delivered, 4xx deferred,
  /// 5xx failed.
  std::vector<smtp::reply> replies;
  /// The server offers DSN: who wants to hear of a delivery hears it from
  /// there.
  bool reports = false;
};

/// Where a destination's mail goes: its hosts in order and how to treat them.
struct site {
  std::string key; ///< See `site_name`.
  struct host {
    std::string name; ///< Host name or address.
    std::uint16_t port = 25;
    bool operator==(const host&) const = default;
  };
  std::vector<host> hosts;
  std::uint32_t connections = 20; ///< 0 = no limit.
  std::uint32_t messages_per_connection = 100;
  std::uint32_t rate = 0; ///< Messages a second; 0 = no limit.
  enum class tls_policy : std::uint8_t { none, opportunistic, required };
  tls_policy tls = tls_policy::opportunistic;
  bool operator==(const site&) const = default;
};

} // namespace stagepost
