#pragma once

#include <cstdint>
#include <string_view>

namespace stagepost {

/// The key of a name in a table of guards: users, senders. ASCII letters of
/// either case are the same, so that nobody gets a second allowance by spelling
/// their name another way; of a name longer than 500 octets the rest does not
/// count.
/// @param kind  Keeps apart what has the same name.
std::uint64_t guarded_name(char kind, std::string_view name) noexcept;

} // namespace stagepost
