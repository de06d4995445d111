#pragma once

#include <string>

namespace stagepost::storage {

/// What a reader's session is set to: the tables change faster than their
/// statistics, so a piece is read along the index, never by a scan of all.
inline constexpr const char* reader_session
  = "set enable_seqscan = off; set enable_bitmapscan = off;"
    "set enable_hashjoin = off; set enable_mergejoin = off;"
    "set default_transaction_read_only = on";

/// Messages with those of their recipients (`r`) for which a condition holds,
/// one row a recipient, oldest message first.
/// @param condition  About `r`, and about the message `m` too.
/// @param limit  A parameter: at most so many messages; "" = all.
inline std::string select_stored(const std::string& condition,
                                 const std::string& limit) {
  return "with picked as materialized ("
         " select d.id, (select count(*) from mail.queue_recipient c"
         "  where c.id = d.id) as in_all"
         " from (select distinct r.id from mail.queue_recipient r"
         "  join mail.queue_message m on m.id = r.id where "
         + condition + " order by r.id"
         + (limit.empty() ? "" : " limit " + limit)
         + ") d) "
           "select m.id, m.received_at, m.expires_at, m.size, m.flags,"
           " m.sender, m.circumstances, m.envelope_id, p.in_all, r.rcptno,"
           " r.state, r.attempts, r.next_at, r.notify, r.address,"
           " r.last_reply, r.original_recipient "
           "from picked p join mail.queue_message m on m.id = p.id "
           "join mail.queue_recipient r on r.id = p.id where "
         + condition + " order by m.id, r.rcptno";
}

// $1 is the shard in all of them.

/// For a million rows: each is looked at once, and its message. At most $4
/// recipients, but whole messages.
inline const std::string load_statement = [] {
  const std::string condition
    = "r.shard = $1::smallint and r.id > $2::bigint"
      " and (r.state in (0, 4)"
      "  or (r.state = 2 and r.next_at < $3::timestamptz))";
  return "select m.id, m.received_at, m.expires_at, m.size, m.flags,"
         " m.sender, m.circumstances, m.envelope_id,"
         " (select count(*) from mail.queue_recipient c where c.id = m.id),"
         " r.rcptno, r.state, r.attempts, r.next_at, r.notify, r.address,"
         " r.last_reply, r.original_recipient "
         "from mail.queue_recipient r join mail.queue_message m on m.id = r.id "
         "where "
         + condition
         + " and r.id <= coalesce((select r.id from mail.queue_recipient r "
           "where "
         + condition
         + " order by r.id offset $4::bigint - 1 limit 1),"
           " 9223372036854775807)"
           " order by r.id, r.rcptno";
}();

inline const std::string load_due_statement = select_stored(
  "r.shard = $1::smallint and r.state = 2"
  " and r.next_at >= $2::timestamptz and r.next_at < $3::timestamptz",
  "");

/// The first deferred one, by its time, that so many ($4) go before.
inline constexpr const char* due_limit_statement
  = "select next_at from mail.queue_recipient"
    " where shard = $1::smallint and state = 2"
    " and next_at >= $2::timestamptz and next_at < $3::timestamptz"
    " order by next_at offset $4::bigint limit 1";

inline const std::string load_message_statement
  = select_stored("r.shard = $1::smallint and r.id = $2::bigint", "");

// $2, $3 and $7 in lower case; $4 a state or -1; $5 the youngest; $8 the last
// id of the piece before.
inline const std::string list_statement = select_stored(
  "r.shard = $1::smallint"
  " and ($2::text = '' or"
  "  lower(right(r.address, length($2::text) + 1)) = '@' || $2::text)"
  " and ($3::text = '' or ($3::text = '<>' and m.sender = '')"
  "  or lower(m.sender) = $3::text or (left($3::text, 1) ="
  "  '@' and lower(right(m.sender, length($3::text))) = $3::text))"
  " and ($4::smallint = -1 or r.state = $4::smallint)"
  " and m.received_at <= $5::timestamptz"
  " and ($7::text = '' or lower(r.address) = $7::text)"
  " and r.id > $8::bigint",
  "$6::bigint");

inline constexpr const char* count_statement
  = "select (select count(*) from mail.queue_message m"
    "  where m.shard = $1::smallint),"
    " count(*) filter (where state = 0), count(*) filter (where state = 2),"
    " count(*) filter (where state = 3), count(*) filter (where state = 4)"
    " from mail.queue_recipient where shard = $1::smallint";

inline constexpr const char* history_statement
  = "select message_id, at, rcptno, kind, recipient, relay, reply, tls,"
    " lasted_ms"
    " from mail.delivery_event where message_id = $1::bigint"
    " order by at, rcptno, kind";

inline constexpr const char* suspended_statement
  = "select kind, subject, reason, since, until_at from mail.suspension"
    " where shard = $1::smallint";

inline constexpr const char* body_statement
  = "select size, body from mail.queue_message where id = $1::bigint";

inline constexpr const char* part_statement
  = "select octets from mail.queue_body_part"
    " where id = $1::bigint and part = $2::integer";

} // namespace stagepost::storage
