#pragma once

#include "mail/queue/id.hpp"
#include "mail/smtp/reply.hpp"
#include "mail/tlsa.hpp"

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
  bool secure = false; ///< DNSSEC vouches for it; for `no_data` as well.
};

struct host_addresses {
  dns_outcome status = dns_outcome::temporary;
  std::vector<std::string> addresses;
  std::uint32_t ttl = 0; ///< Seconds.
  std::string why;
  bool secure = false;   ///< DNSSEC vouches for all of it.
  std::string canonical; ///< Where its CNAMEs lead; "" if it is no alias.
};

/// Whose TLSA records are wanted: those of the first name that has some.
struct tlsa_question {
  std::vector<std::string> names; ///< All of one host.
  std::uint16_t port = 25;
};

/// The TLSA records of a server; found means that DNSSEC vouches for them.
struct tlsa_records {
  dns_outcome status = dns_outcome::temporary;
  std::vector<tlsa_record> records;
  std::string base; ///< Of the names asked for the one whose records they are.
  std::string why;
};

/// The TXT records of a name.
struct text_records {
  dns_outcome status = dns_outcome::temporary;
  std::vector<std::string> texts;
  std::uint32_t ttl = 0; ///< Seconds.
  std::string why;
};

/// What a domain's MTA-STS policy asks for (RFC 8461). None: nothing.
struct sts_rule {
  bool enforced = false;
  bool testing = false;        ///< Only to be told of.
  std::vector<std::string> mx; ///< As in `sts_policy`.
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
           x.why, x.secure);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, host_addresses& x) {
  return f(caf::meta::type_name("stagepost.host_addresses"), x.status,
           x.addresses, x.ttl, x.why, x.secure, x.canonical);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tlsa_record& x) {
  return f(caf::meta::type_name("stagepost.tlsa_record"), x.usage, x.selector,
           x.matching, x.data);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tlsa_question& x) {
  return f(caf::meta::type_name("stagepost.tlsa_question"), x.names, x.port);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, tlsa_records& x) {
  return f(caf::meta::type_name("stagepost.tlsa_records"), x.status, x.records,
           x.base, x.why);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, sts_rule& x) {
  return f(caf::meta::type_name("stagepost.sts_rule"), x.enforced, x.testing,
           x.mx);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, text_records& x) {
  return f(caf::meta::type_name("stagepost.text_records"), x.status, x.texts,
           x.ttl, x.why);
}

} // namespace stagepost
