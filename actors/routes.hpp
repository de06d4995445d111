#pragma once

#include "actors/node.hpp"
#include "config/routing.hpp"
#include "mail/smtp/reply.hpp"

#include <optional>
#include <string_view>

namespace stagepost {

/// Where a recipient's mail goes: by the rules, and by what the directory had
/// when it was read last.
config::decision decide(const node& here, const rules& by,
                        config::route_facts facts);

/// Why this recipient is refused, whatever the outlet would say; nothing if it
/// is not. A local part that names a way on ("a%b@c", "b!a@c", "\"a@b\"@c", or
/// an encoded word that may hide one) is for clients that are known alone: a
/// host behind us that follows it takes our word that we let it in.
std::optional<smtp::reply> route_refusal(const config::decision& way,
                                         std::string_view recipient,
                                         std::string_view user);

} // namespace stagepost
