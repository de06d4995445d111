#pragma once

#include "actors/http/answer.hpp"
#include "actors/node.hpp"

namespace stagepost {

// What an administrator sees of the directory. Both read the database and
// block, and throw storage::database_error: they are the CLERK's.

/// `{"domains": [{"name", "enabled", "created", "mailboxes"}]}`
net::http_response domains_page(const node& here);

/// `{"mailboxes": [{"address", "name", "enabled", "domain_enabled", "created",
/// "updated"}]}`, of the domain in the query, or of all. Passwords never show.
net::http_response mailboxes_page(const node& here, const http_target& asked);

} // namespace stagepost
