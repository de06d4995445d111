#include "storage/migrations/steps.hpp"

namespace stagepost::storage::migrations {

// What an administrator wants nothing delivered to or from for a while, and
// what the log of deliveries tells besides of an attempt.
const std::string_view suspension_0004 = R"sql(
create table mail.suspension(
  shard smallint not null,
  kind smallint not null, -- 1 domain, 2 site, 3 sender
  subject text not null,
  reason text not null,
  since timestamptz not null,
  until_at timestamptz, -- null: until somebody ends it
  primary key (shard, kind, subject));

alter table mail.delivery_event
  add column tls text not null default '',
  add column lasted_ms integer not null default 0; -- the attempt, before "at"
)sql";

} // namespace stagepost::storage::migrations
