#include "actors/resolver/resolver.hpp"

#include "actors/runtime/log.hpp"
#include "actors/runtime/owed.hpp"

#include <utility>

namespace stagepost {

namespace {

dns_outcome status_of(net::dns_status x) {
  switch (x) {
    case net::dns_status::found:
      return dns_outcome::found;
    case net::dns_status::no_data:
      return dns_outcome::no_data;
    case net::dns_status::no_domain:
      return dns_outcome::no_domain;
    case net::dns_status::temporary:
      break;
  }
  return dns_outcome::temporary;
}

std::uint32_t seconds_of(std::chrono::seconds x) {
  return static_cast<std::uint32_t>(x.count());
}

bool is_secure(net::dns_trust x) {
  return x == net::dns_trust::secure;
}

void warn(const std::string& why) {
  log::warning("dns", "not validated",
               {{"why", why},
                {"help", "the name servers strip DNSSEC; run without DANE, or "
                         "name others in dns.servers with dns.trust_anchor"}});
}

} // namespace

resolver_actor::behavior_type
resolver(pointer<resolver_actor, resolver_state> self,
         boost::asio::io_context* loop, node* here, std::string path) {
  self->join(here->tree, std::move(path), "resolver");
  self->state.dns = std::make_unique<net::resolver>(
    *loop, here->configuration.dns, here->dns, warn);
  here->resolver.set(self);
  return {
    [self](mx_atom, const std::string& domain) {
      auto promise = self->make_response_promise<mx_hosts>();
      const owed<mx_hosts> asks{promise};
      self->state.dns->resolve_mx(domain, [asks](net::mx_answer x) {
        mx_hosts out{status_of(x.status),
                     {},
                     seconds_of(x.ttl),
                     x.why,
                     is_secure(x.trust)};
        for (auto& host : x.hosts)
          out.hosts.push_back({host.preference, std::move(host.host)});
        asks.deliver(std::move(out));
      });
      return promise;
    },
    [self](host_atom, const std::string& host) {
      auto promise = self->make_response_promise<host_addresses>();
      const owed<host_addresses> asks{promise};
      self->state.dns->resolve_addresses(host, [asks](net::address_answer x) {
        asks.deliver(host_addresses{
          status_of(x.status), std::move(x.addresses), seconds_of(x.ttl), x.why,
          is_secure(x.trust), std::move(x.canonical)});
      });
      return promise;
    },
    [self](tlsa_atom, const tlsa_question& x) {
      auto promise = self->make_response_promise<tlsa_records>();
      const owed<tlsa_records> asks{promise};
      self->state.dns->resolve_tlsa(
        x.names, x.port, [asks](net::tlsa_answer y) {
          asks.deliver(tlsa_records{status_of(y.status), std::move(y.records),
                                    std::move(y.base), std::move(y.why)});
        });
      return promise;
    },
    [self](text_atom, const std::string& name) {
      auto promise = self->make_response_promise<text_records>();
      const owed<text_records> asks{promise};
      self->state.dns->resolve_text(name, [asks](net::text_answer x) {
        asks.deliver(text_records{status_of(x.status), std::move(x.texts),
                                  seconds_of(x.ttl), std::move(x.why)});
      });
      return promise;
    },
  };
}

} // namespace stagepost
