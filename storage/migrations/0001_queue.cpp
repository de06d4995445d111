#include "storage/migrations/steps.hpp"

namespace stagepost::storage::migrations {

// No foreign keys and no sequences: ids are made by the daemon, rows of one
// message are written and removed together by one owner.
const std::string_view queue_0001 = R"sql(
create table mail.shard(
  shard smallint primary key,
  owner text not null,
  epoch bigint not null,
  acquired_at timestamptz not null
) with (fillfactor = 50);

-- Fails the transaction of a writer that is not the shard's owner any more,
-- and keeps the next owner waiting until this transaction has ended.
create function mail.check_epoch(the_shard smallint, the_epoch bigint)
returns void language plpgsql as $$
begin
  perform from mail.shard s
    where s.shard = the_shard and s.epoch = the_epoch for share;
  if not found then
    raise exception 'shard % has an owner with another epoch than %',
      the_shard, the_epoch using errcode = 'SF001';
  end if;
end $$;

create table mail.queue_message(
  id bigint primary key,
  received_at timestamptz not null,
  expires_at timestamptz not null,
  size bigint not null,
  flags integer not null,
  shard smallint not null,
  sender text not null,
  circumstances text not null,
  envelope_id text not null, -- '' takes less room than a first null would
  body bytea -- null: in queue_body_part
) with (
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_threshold = -1,
  autovacuum_vacuum_cost_delay = 0,
  -- What lies in a queue is another minute's by the time it is counted; its
  -- few statements have one plan each, which needs no statistics.
  autovacuum_analyze_threshold = 10000000);
-- Inline and compressed if it helps: half the WAL of TOAST for a common mail.
-- So are its neighbours: of a long row PostgreSQL moves those out first that
-- may go (each of more than 24 octets), before it compresses what should stay.
alter table mail.queue_message
  alter body set storage main, alter body set compression lz4,
  alter sender set storage main, alter circumstances set storage main,
  alter envelope_id set storage main,
  -- No plan asks for it, and to sample bodies is to read them.
  alter body set statistics 0, alter circumstances set statistics 0;

-- Large bodies, written ahead of their message. What is large is base64 as a
-- rule, which lz4 does not shrink.
create table mail.queue_body_part(
  id bigint not null,
  part integer not null,
  octets bytea not null,
  primary key (id, part));
alter table mail.queue_body_part alter octets set storage external;

create table mail.queue_recipient(
  id bigint not null,
  next_at timestamptz not null,
  rcptno smallint not null,
  shard smallint not null,
  state smallint not null,
  attempts smallint not null,
  notify smallint not null,
  address text not null,
  last_reply text not null,
  original_recipient text not null,
  primary key (id, rcptno)
) with (
  fillfactor = 80,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 20000,
  autovacuum_vacuum_insert_threshold = -1,
  autovacuum_vacuum_cost_delay = 0,
  -- What lies in a queue is another minute's by the time it is counted; its
  -- few statements have one plan each, which needs no statistics.
  autovacuum_analyze_threshold = 10000000);
-- New mail never enters this index.
create index queue_recipient_deferred
  on mail.queue_recipient(shard, next_at) where state = 2;

-- The log of deliveries: append only, a partition a day, dropped whole. The
-- key makes a repeated batch harmless and finds a message's story.
create table mail.delivery_event(
  message_id bigint not null,
  at timestamptz not null,
  rcptno smallint not null,
  kind smallint not null,
  recipient text not null,
  relay text not null,
  reply text not null,
  primary key (message_id, rcptno, at, kind)
) partition by range (at);
-- Takes what no day was made for, so that no mail waits for housekeeping.
create table mail.delivery_event_other
  partition of mail.delivery_event default;
)sql";

} // namespace stagepost::storage::migrations
