#pragma once

#include "mail/address_order.hpp"
#include "mail/egress_way.hpp"
#include "mail/queue/entry.hpp"
#include "mail/smtp/reply.hpp"

#include <chrono>
#include <cstddef>
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
    bool sure = false; ///< DNSSEC, MTA-STS or we ourselves named its hosts.
  };
  std::vector<recipient> recipients;
  /// How it may leave, best first. A connection carries only jobs whose ways
  /// are the same; beyond that they are the worker's affair.
  std::vector<egress_way> ways{egress_way{}};
};

/// How one attempt ended.
struct attempt_result {
  std::uint64_t job = 0;
  std::string relay; ///< "mx.example.com[192.0.2.1]:25"; "" if none answered.
  /// "TLSv1.3/TLS_AES_256_GCM_SHA384 verified=dane", or sts, pkix, no; "" in
  /// clear.
  std::string tls;
  /// One for each recipient of the job, in order: 2xx delivered, 4xx deferred,
  /// 5xx failed.
  std::vector<smtp::reply> replies;
  /// Who may have got the message although the reply says 4xx: by index.
  std::vector<std::size_t> in_doubt{};
  queue::attempt how = queue::attempt::made;
  /// Jobs that the destination takes at once as it is doing now; 0: not said.
  std::uint32_t window = 0;
  /// The server offers DSN: who wants to hear of a delivery hears it from
  /// there.
  bool reports = false;
  queue::time_point began{}; ///< The epoch if nothing was tried.
  egress_way left_by{};      ///< The address that was used; empty if none was.
  /// None of its addresses could be used: that says nothing about the site.
  bool no_way = false;
};

/// Where a destination's mail goes: its hosts in order and how to treat them.
struct site {
  std::string key; ///< See `site_name`.
  struct host {
    std::string name; ///< Host name or address.
    std::uint16_t port = 25;
    bool implicit_tls = false; ///< From the first octet (RFC 8314).
    std::string user{};        ///< Whom it is to take us for; empty: no login.
    std::string password{};
    bool listed = true; ///< In the domain's MTA-STS policy, where `sts`.
    std::uint16_t rank = 0; ///< The lower, the better: its preference.
    bool operator==(const host&) const = default;
  };
  std::vector<host> hosts;
  std::uint32_t connections = 20; ///< 0 = no limit.
  std::uint32_t messages_per_connection = 100;
  std::uint32_t rate = 0; ///< Messages a second; 0 = no limit.
  /// Of the rate: each shard has its own destination for these hosts.
  std::uint32_t shares = 1;
  enum class tls_policy : std::uint8_t {
    none,
    opportunistic, ///< When the server offers it.
    required,      ///< Always, with whatever certificate.
    verified,      ///< Always, with one of an authority for the host's name.
    dane           ///< As the hosts' TLSA records say: the MX was secure.
  };
  tls_policy tls = tls_policy::opportunistic;
  address_preference prefer = address_preference::ipv6;
  bool by_mx = false;            ///< The hosts are those of the DNS.
  bool auth_without_tls = false; ///< Passwords may go in clear.
  /// MTA-STS is enforced (RFC 8461): `verified`, and `listed` hosts alone; but
  /// a host with TLSA records goes by those.
  bool sts = false;
  bool operator==(const site&) const = default;
};

/// What came of the wish to own a shard.
struct shard_claim {
  std::int64_t epoch = 0;            ///< Above 0: it is ours.
  std::string owner;                 ///< Else who has it,
  std::chrono::milliseconds left{0}; ///< for so long unless it is renewed.
};

} // namespace stagepost
