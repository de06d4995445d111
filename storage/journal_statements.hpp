#pragma once

#include <array>

namespace stagepost::storage {

struct statement {
  const char* name;
  const char* sql;
};

/// What a journal's session is set to: a queue's tables change so fast that
/// what the planner knows of them is always wrong, and each statement here has
/// one right plan, by the index.
inline constexpr const char* journal_session
  = "set application_name = 'stagepost journal';"
    "set plan_cache_mode = force_generic_plan;"
    "set enable_seqscan = off; set enable_hashjoin = off;"
    "set enable_mergejoin = off; set enable_material = off;"
    // Durable on return, even if the server's administrator cares less.
    "select set_config('synchronous_commit', 'on', false)"
    " where current_setting('synchronous_commit') = 'off'";

/// $1 the shard, $2 the owner, $3 the lease in milliseconds.
inline constexpr const char* acquire_statement
  = "insert into mail.shard as s "
    "(shard, owner, epoch, acquired_at, lease_until, backend) "
    "values ($1::smallint, $2::text, 1, now(), "
    "clock_timestamp() + $3::bigint * interval '1 ms', pg_backend_pid()) "
    "on conflict (shard) do update set owner = excluded.owner, "
    "epoch = s.epoch + 1, acquired_at = now(), "
    "lease_until = excluded.lease_until, backend = excluded.backend "
    "returning epoch";

/// Likewise, but only if nobody else's lease runs.
inline constexpr const char* claim_statement
  = "insert into mail.shard as s "
    "(shard, owner, epoch, acquired_at, lease_until, backend) "
    "values ($1::smallint, $2::text, 1, now(), "
    "clock_timestamp() + $3::bigint * interval '1 ms', pg_backend_pid()) "
    "on conflict (shard) do update set owner = excluded.owner, "
    "epoch = s.epoch + 1, acquired_at = now(), "
    "lease_until = excluded.lease_until, backend = excluded.backend "
    "where s.owner = excluded.owner or s.lease_until <= clock_timestamp() "
    "returning epoch";

/// Ends what the last owner may have left in the middle of a transaction, which
/// keeps the shard's row locked: it was stopped, or its machine is cut off.
inline constexpr const char* evict_statement
  = "select pg_terminate_backend(a.pid) from mail.shard s "
    "join pg_stat_activity a on a.pid = s.backend "
    "where s.shard = $1::smallint and s.owner <> $2::text "
    "and s.lease_until <= clock_timestamp() and a.pid <> pg_backend_pid() "
    "and a.datname = current_database() and a.usename = current_user "
    "and a.application_name = 'stagepost journal'";

inline constexpr const char* holder_statement
  = "select owner, greatest(0, ceil(extract(epoch from "
    "lease_until - clock_timestamp()) * 1000))::bigint "
    "from mail.shard where shard = $1::smallint and lease_until <> '-infinity'";

/// Only for who owns the shard; it waits for what an earlier connection of the
/// same owner has under way, and turns away what comes from there later.
inline constexpr const char* renew_statement
  = "update mail.shard set epoch = epoch + 1, backend = pg_backend_pid() "
    "where shard = $1::smallint and owner = $2::text returning epoch";

/// $4 the epoch.
inline constexpr const char* prolong_statement
  = "update mail.shard set "
    "lease_until = clock_timestamp() + $3::bigint * interval '1 ms' "
    "where shard = $1::smallint and owner = $2::text and epoch = $4::bigint "
    "returning epoch";

inline constexpr const char* give_up_statement
  = "update mail.shard set lease_until = '-infinity' "
    "where shard = $1::smallint and owner = $2::text";

// Each may be repeated: inserts skip what is there, the others come to the
// same again.
inline constexpr std::array journal_statements{
  statement{"fence", "select mail.check_epoch($1::smallint, $2::bigint)"},
  statement{"arrive",
            "insert into mail.queue_message(id, received_at, expires_at, size, "
            "flags, shard, sender, circumstances, envelope_id, body) "
            "select id, received_at, expires_at, size, flags, $1::smallint, "
            "sender, circumstances, envelope_id, body "
            "from unnest($2::bigint[], $3::timestamptz[], $4::timestamptz[], "
            "$5::bigint[], $6::integer[], $7::text[], $8::text[], $9::text[], "
            "$10::bytea[])"
            " as u(id, received_at, expires_at, size, flags, sender, "
            "circumstances, envelope_id, body) on conflict do nothing"},
  statement{"address",
            "insert into mail.queue_recipient(id, next_at, rcptno, shard, "
            "state, attempts, notify, address, last_reply, "
            "original_recipient) "
            "select id, next_at, rcptno, $1::smallint, state, attempts, "
            "notify, address, last_reply, original_recipient "
            "from unnest($2::bigint[], $3::timestamptz[], $4::smallint[], "
            "$5::smallint[], $6::smallint[], $7::smallint[], $8::text[], "
            "$9::text[], $10::text[])"
            " as u(id, next_at, rcptno, state, attempts, notify, address, "
            "last_reply, original_recipient) on conflict do nothing"},
  statement{"change",
            "update mail.queue_recipient r set next_at = u.next_at, "
            "state = u.state, attempts = u.attempts, "
            "notify = u.notify, last_reply = case u.last_reply when '' "
            "then r.last_reply else u.last_reply end "
            "from unnest($1::bigint[], $2::timestamptz[], $3::smallint[], "
            "$4::smallint[], $5::smallint[], $6::smallint[], $7::text[])"
            " as u(id, next_at, rcptno, state, attempts, notify, last_reply) "
            "where r.id = u.id and r.rcptno = u.rcptno"},
  statement{"redirect",
            "update mail.queue_recipient r set address = u.address, "
            "original_recipient = u.original_recipient, last_reply = '' "
            "from unnest($1::bigint[], $2::smallint[], $3::text[], $4::text[])"
            " as u(id, rcptno, address, original_recipient) "
            "where r.id = u.id and r.rcptno = u.rcptno"},
  statement{"finish",
            "delete from mail.queue_recipient r "
            "using unnest($1::bigint[], $2::smallint[]) as u(id, rcptno) "
            "where r.id = u.id and r.rcptno = u.rcptno"},
  statement{"forget",
            "delete from mail.queue_message where id = any($1::bigint[])"},
  statement{"forget_empty",
            "with gone as (delete from mail.queue_message m "
            "where m.id = any($1::bigint[]) and not exists (select from "
            "mail.queue_recipient r where r.id = m.id) returning id) "
            "delete from mail.queue_body_part p using gone "
            "where p.id = gone.id"},
  statement{"forget_recipients",
            "delete from mail.queue_recipient where id = any($1::bigint[])"},
  statement{"forget_parts",
            "delete from mail.queue_body_part where id = any($1::bigint[])"},
  statement{"log",
            "insert into mail.delivery_event(message_id, at, rcptno, kind, "
            "recipient, relay, reply, tls, lasted_ms) "
            "select * from unnest($1::bigint[], $2::timestamptz[], "
            "$3::smallint[], $4::smallint[], $5::text[], $6::text[], "
            "$7::text[], $8::text[], $9::integer[]) on conflict do nothing"},
  statement{
    "suspend",
    "insert into mail.suspension(shard, kind, subject, reason, since, "
    "until_at) values ($1::smallint, $2::smallint, $3::text, $4::text, "
    "$5::timestamptz, nullif($6::timestamptz, 'epoch')) on conflict "
    "(shard, kind, subject) do update set reason = excluded.reason, since = "
    "excluded.since, until_at = excluded.until_at"},
  statement{"resume",
            "delete from mail.suspension where shard = $1::smallint and kind = "
            "$2::smallint and subject = $3::text"},
};

} // namespace stagepost::storage
