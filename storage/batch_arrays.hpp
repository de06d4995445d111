#pragma once

#include "mail/queue/entry.hpp"
#include "storage/pq/array.hpp"

namespace stagepost::storage {

// A batch's rows as columns, the way `unnest` wants them. Kept from batch to
// batch for their memory.

/// In the column `notify`, beside what NOTIFY said: the sender was warned.
inline constexpr int warned_bit = 0x80;

struct message_columns {
  pq::array id{pq::element::bigint};
  pq::array received_at{pq::element::timestamptz};
  pq::array expires_at{pq::element::timestamptz};
  pq::array size{pq::element::bigint};
  pq::array flags{pq::element::integer};
  pq::array sender{pq::element::text};
  pq::array circumstances{pq::element::text};
  pq::array envelope_id{pq::element::text};
  pq::array body{pq::element::bytea};

  void clear();
  /// @param in_parts  The content is not put here.
  /// Throws std::system_error when the content can't be read.
  void add(const queue::arrival& x, bool in_parts);
};

struct recipient_columns {
  pq::array id{pq::element::bigint};
  pq::array next_at{pq::element::timestamptz};
  pq::array number{pq::element::smallint};
  pq::array state{pq::element::smallint};
  pq::array attempts{pq::element::smallint};
  pq::array notify{pq::element::smallint};
  pq::array address{pq::element::text};
  pq::array last_reply{pq::element::text};
  pq::array original_recipient{pq::element::text};

  void clear();
  void add(queue::id message, const queue::recipient& x);
};

struct key_columns {
  pq::array id{pq::element::bigint};
  pq::array number{pq::element::smallint};

  void clear();
  void add(const queue::recipient_key& x);
};

struct event_columns {
  pq::array message{pq::element::bigint};
  pq::array at{pq::element::timestamptz};
  pq::array number{pq::element::smallint};
  pq::array kind{pq::element::smallint};
  pq::array recipient{pq::element::text};
  pq::array relay{pq::element::text};
  pq::array reply{pq::element::text};
  pq::array tls{pq::element::text};
  pq::array lasted{pq::element::integer}; // milliseconds

  void clear();
  void add(const queue::event& x);
};

} // namespace stagepost::storage
