#pragma once

#include "actors/routes.hpp"
#include "mail/queue/entry.hpp"
#include "messages/handover.hpp"

#include <cstddef>
#include <vector>

namespace stagepost {

/// The outlet of each recipient of a message, by these rules.
std::vector<config::decision> outlets_of(const node& here, const rules& by,
                                         const received_mail& mail);

/// Whether all of a message goes to the queue or to nowhere, so that nobody has
/// to be asked but one shard.
bool goes_straight(const std::vector<config::decision>& outlets);

/// What the queue is to know of a message that came in.
queue::message about(const rules& by, const received_mail& mail);

/// A recipient as the queue has it.
queue::recipient row_of(const received_mail& mail, std::size_t recipient);

/// The message for the queue, with those of its recipients that go there.
/// @param recipients  Indices into the envelope's; not empty.
queue::arrival arrival_of(const rules& by, const received_mail& mail,
                          const std::vector<std::size_t>& recipients);

} // namespace stagepost
