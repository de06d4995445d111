#pragma once

#include "mail/queue/entry.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

namespace stagepost {

/// As people and programs see it: "delivered".
[[nodiscard]] std::string_view name_of(queue::event::kind x) noexcept;

/// Is this the name of a kind of events?
[[nodiscard]] bool is_event(std::string_view name) noexcept;

/// One event: `at`, `event`, `id`, `recipient`, `relay` and what it is made of
/// (`mx`, `address`, `port`), `tls`, `began`, `reply`; what is not known is ""
/// or, of `port` and `began`, null.
[[nodiscard]] boost::json::object event_view(const queue::event& x);

/// One event as server-sent events have it: its kind and its JSON.
[[nodiscard]] std::string as_server_sent(const queue::event& x);

} // namespace stagepost
