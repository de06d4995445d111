#include "storage/migrations/steps.hpp"

namespace stagepost::storage::migrations {

// How long the owner of a shard may count on it, by the server's clock, and
// the process that writes for it: who takes over ends that first, lest it
// keep the row locked in the middle of a transaction.
const std::string_view leases_0003 = R"sql(
alter table mail.shard
  add lease_until timestamptz not null default '-infinity',
  add backend integer not null default 0;
)sql";

} // namespace stagepost::storage::migrations
