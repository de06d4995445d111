#pragma once

#include "mail/directory.hpp"
#include "net/http.hpp"

#include <string>
#include <string_view>
#include <variant>

namespace stagepost {

/// Is this a change of the directory: /domains/… or /mailboxes/…?
[[nodiscard]] bool is_directory_change(std::string_view target);

/// Reads what an administrator wants changed:
/// `POST /domains/add|enable|disable|remove {"name": …}`,
/// `POST /mailboxes/add|enable|disable|remove|password {"address": …}`, with
/// `"name"` (for people), `"password"` and `"scram"` where they belong. Those
/// two come hashed; what is no hash is refused, so that no password in clear
/// gets into the database by mistake.
/// @returns The change, or the answer that refuses it.
std::variant<directory_change, net::http_response>
read_directory_change(const net::http_request& x);

/// What a change has come to, with the next step for who gave the command.
net::http_response verdict_answer(const directory_change& x,
                                  directory_verdict verdict);

} // namespace stagepost
