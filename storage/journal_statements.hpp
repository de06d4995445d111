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
  = "set plan_cache_mode = force_generic_plan;"
    "set enable_seqscan = off; set enable_hashjoin = off;"
    "set enable_mergejoin = off; set enable_material = off;"
    // Durable on return, even if the server's administrator cares less.
    "select set_config('synchronous_commit', 'on', false)"
    " where current_setting('synchronous_commit') = 'off'";

inline constexpr const char* acquire_statement
  = "insert into mail.shard as s (shard, owner, epoch, acquired_at) "
    "values ($1::smallint, $2::text, 1, now()) "
    "on conflict (shard) do update set owner = excluded.owner, "
    "epoch = s.epoch + 1, acquired_at = now() returning epoch";

/// Only for who owns the shard; it waits for what an earlier connection of the
/// same owner has under way, and turns away what comes from there later.
inline constexpr const char* renew_statement
  = "update mail.shard set epoch = epoch + 1 "
    "where shard = $1::smallint and owner = $2::text returning epoch";

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
            "last_reply = u.last_reply "
            "from unnest($1::bigint[], $2::timestamptz[], $3::smallint[], "
            "$4::smallint[], $5::smallint[], $6::text[])"
            " as u(id, next_at, rcptno, state, attempts, last_reply) "
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
            "recipient, relay, reply) "
            "select * from unnest($1::bigint[], $2::timestamptz[], "
            "$3::smallint[], $4::smallint[], $5::text[], $6::text[], "
            "$7::text[]) on conflict do nothing"},
};

} // namespace stagepost::storage
