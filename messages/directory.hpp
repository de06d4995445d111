#pragma once

#include "mail/directory.hpp"

#include <caf/meta/type_name.hpp>

namespace stagepost {

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, account& x) {
  return f(caf::meta::type_name("stagepost.account"), x.id, x.address, x.name,
           x.password, x.scram, x.enabled, x.domain_enabled, x.created_at,
           x.updated_at);
}

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, directory_change& x) {
  return f(caf::meta::type_name("stagepost.directory_change"), x.what,
           x.subject, x.name, x.password, x.scram);
}

} // namespace stagepost
