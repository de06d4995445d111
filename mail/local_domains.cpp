#include "mail/local_domains.hpp"

#include "mail/address.hpp"

namespace stagepost {

local_domains::local_domains(const std::vector<std::string>& names)
  : known_(true) {
  for (const auto& x : names)
    names_.insert(dns_domain_of('@' + x));
}

bool local_domains::hold(std::string_view address) const {
  return names_.contains(dns_domain_of(address));
}

} // namespace stagepost
