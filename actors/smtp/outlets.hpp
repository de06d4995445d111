#pragma once

#include "actors/node.hpp"
#include "mail/content.hpp"
#include "mail/egress_way.hpp"
#include "mail/smtp/receiver.hpp"
#include "messages/interfaces.hpp"

#include <optional>
#include <string>

namespace stagepost {

/// A message whose end was received, with what is known of its arrival.
struct received_mail {
  queue::id id;
  std::size_t shard = 0;
  queue::time_point at;
  std::string client; ///< IP address.
  std::string local;  ///< Ours.
  egress_way wish;    ///< How it is to leave; "" = as configured.
  std::string helo;
  std::string user; ///< Who logged in; "" if nobody did.
  std::string listener;
  smtp::transaction envelope;
  content_ptr body;
};

/// Where a message has to go before its client may hear 250.
struct submission {
  std::optional<outcome> decided; ///< No outlet has to be asked.
  queue_shard_actor shard;
  local<const queue::arrival> arrival;
};

/// Finds every recipient's outlet by the rules of its session. What the `queue`
/// outlet gets becomes one arrival; what `discard` gets is accepted and gone.
submission submit_to_outlets(node& here, const rules& by, received_mail mail);

} // namespace stagepost
