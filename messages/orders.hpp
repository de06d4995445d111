#pragma once

#include "mail/queue/order.hpp"
#include "mail/queue/sight.hpp"

#include <caf/meta/type_name.hpp>

#include <cstdint>

namespace stagepost {

/// What has come of an order.
struct order_result {
  /// Recipients that it has changed; messages where whole ones were deleted.
  std::uint64_t changed = 0;
  /// Recipients whose attempt is under way: should that end in a deferral, the
  /// order is carried out then. Forgotten if the daemon ends before.
  std::uint64_t under_way = 0;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, order_result& x) {
  return f(caf::meta::type_name("stagepost.order_result"), x.changed,
           x.under_way);
}

} // namespace stagepost
