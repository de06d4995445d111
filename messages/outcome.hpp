#pragma once

#include "mail/queue/id.hpp"
#include "mail/smtp/reply.hpp"

#include <caf/error.hpp>
#include <caf/meta/load_callback.hpp>
#include <caf/meta/type_name.hpp>

#include <string>
#include <vector>

namespace stagepost {

/// What became of a transaction at an outlet: the reply that states it, 2xx
/// only when it is durable or done.
struct outcome {
  smtp::reply reply;
};

/// Hosts for a domain's mail, as the resolver found them.
struct mx_record {
  std::uint16_t preference = 0;
  std::string host; ///< "" is the null MX (RFC 7505).
};

/// See net::dns_status: the same four, as they travel in messages.
enum class dns_outcome : std::uint8_t { found, no_data, no_domain, temporary };

struct mx_hosts {
  dns_outcome status = dns_outcome::temporary;
  std::vector<mx_record> hosts;
  std::uint32_t ttl = 0; ///< Seconds.
  std::string why;
};

struct host_addresses {
  dns_outcome status = dns_outcome::temporary;
  std::vector<std::string> addresses;
  std::uint32_t ttl = 0; ///< Seconds.
  std::string why;
};

} // namespace stagepost

namespace stagepost::smtp {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, enhanced_code& x) {
  return f(caf::meta::type_name("stagepost.enhanced_code"), x.cls, x.subject,
           x.detail);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, reply& x) {
  return f(caf::meta::type_name("stagepost.reply"), x.code, x.enhanced, x.text);
}

} // namespace stagepost::smtp

namespace stagepost::queue {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, id& x) {
  auto value = x.value();
  auto store = [&x, &value] { x = id{value}; };
  return f(caf::meta::type_name("stagepost.id"), value,
           caf::meta::load_callback([store]() -> caf::error {
             store();
             return caf::none;
           }));
}

} // namespace stagepost::queue

namespace stagepost {

inline std::string to_string(dns_outcome x) {
  switch (x) {
    case dns_outcome::found:
      return "found";
    case dns_outcome::no_data:
      return "no data";
    case dns_outcome::no_domain:
      return "no such domain";
    case dns_outcome::temporary:
      return "temporary failure";
  }
  return "unknown";
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, outcome& x) {
  return f(caf::meta::type_name("stagepost.outcome"), x.reply);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mx_record& x) {
  return f(caf::meta::type_name("stagepost.mx_record"), x.preference, x.host);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, mx_hosts& x) {
  return f(caf::meta::type_name("stagepost.mx_hosts"), x.status, x.hosts, x.ttl,
           x.why);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, host_addresses& x) {
  return f(caf::meta::type_name("stagepost.host_addresses"), x.status,
           x.addresses, x.ttl, x.why);
}

} // namespace stagepost
