#include "storage/migrations/steps.hpp"

namespace stagepost::storage::migrations {

// Who is at home here. Few rows, changed by people: keys and constraints keep
// them right, whoever writes.
const std::string_view directory_0002 = R"sql(
create table mail.domain(
  name text primary key check (name = lower(name collate "C") and name <> ''),
  enabled boolean not null default true,
  created_at timestamptz not null default now());

-- A mailbox, and what its owner signs in with.
create table mail.account(
  id bigint generated always as identity primary key,
  domain text not null references mail.domain(name),
  local_part text not null check (local_part <> ''), -- as it was given
  enabled boolean not null default true,
  password text not null, -- "$argon2id$…", or empty
  scram text not null,    -- "SCRAM-SHA-256$…", or empty
  name text not null,     -- for people
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now());
-- The same in every database, whatever its locale makes of letters.
create unique index account_address
  on mail.account(domain, lower(local_part collate "C"));
)sql";

} // namespace stagepost::storage::migrations
