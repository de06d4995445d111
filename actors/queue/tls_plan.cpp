#include "actors/queue/tls_plan.hpp"

#include <utility>

namespace stagepost {

namespace {

using policy = smtp::sender::tls_policy;
using check = net::tls_peer::check;

tls_plan plan_by_sts(const site::host& host) {
  tls_plan out{policy::required, check::authorities, "sts"};
  if (!host.listed)
    out.refusal = "the domain's MTA-STS policy does not name this host";
  return out;
}

} // namespace

tls_plan plan_without_dane(const site& where, const site::host& host) {
  using tls = site::tls_policy;
  if (where.sts)
    return plan_by_sts(host);
  switch (where.tls) {
    case tls::none:
      return {policy::none};
    case tls::opportunistic:
    case tls::dane:
      return {policy::opportunistic};
    case tls::required:
      return {policy::required};
    case tls::verified:
      break;
  }
  return {policy::required, check::authorities, "pkix"};
}

tls_plan plan_by_dane(const site& where, const site::host& host,
                      std::vector<tlsa_record> records, std::string base) {
  std::erase_if(records, [](const tlsa_record& x) { return !usable(x); });
  if (!records.empty())
    return {policy::required, check::dane, "dane", std::move(base),
            std::move(records)};
  auto out = plan_without_dane(where, host);
  out.policy = policy::required;
  return out;
}

site::tls_policy site_policy(config::delivery_tls x, bool secure) {
  using tls = site::tls_policy;
  switch (x) {
    case config::delivery_tls::none:
      return tls::none;
    case config::delivery_tls::opportunistic:
      break;
    case config::delivery_tls::required:
      return tls::required;
    case config::delivery_tls::verified:
      return tls::verified;
    case config::delivery_tls::dane:
      return secure ? tls::dane : tls::opportunistic;
  }
  return tls::opportunistic;
}

std::string policy_name(const site& where) {
  std::string out;
  switch (where.tls) {
    case site::tls_policy::none:
      out = "none";
      break;
    case site::tls_policy::opportunistic:
      out = "opportunistic";
      break;
    case site::tls_policy::required:
      out = "required";
      break;
    case site::tls_policy::verified:
      out = "verified";
      break;
    case site::tls_policy::dane:
      out = "dane";
      break;
  }
  if (where.sts)
    out += "+sts";
  return out;
}

} // namespace stagepost
