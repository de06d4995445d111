#pragma once

#include "mail/queue/order.hpp"
#include "net/http.hpp"

#include <string_view>
#include <variant>

namespace stagepost {

/// Is this an order about queued mail: /queue/…?
[[nodiscard]] bool is_queue_order(std::string_view target);

/// Reads what an administrator wants done with queued mail:
/// `POST /queue/retry|hold|release|bounce|redirect|delete {"ids": […]}`, about
/// those recipients that `"domain"`, `"recipient"` and `"state"` name, or all;
/// with `"reply"` ("550 5.7.1 No") for a bounce and `"to"` (an address, or
/// `@domain`) for a redirection. At most 10,000 ids; none of them stands for
/// all messages with `retry`, and is refused otherwise.
/// `POST /queue/suspend|resume` names one of `"domain"`, `"site"` and
/// `"sender"` (an address, or `@domain`), with `"reason"` and `"for"`
/// (seconds).
/// @returns The order, or the answer that refuses it.
std::variant<queue::order, net::http_response>
read_queue_order(const net::http_request& x, queue::time_point now);

} // namespace stagepost
