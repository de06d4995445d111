#pragma once

#include "mail/queue/entry.hpp"
#include "mail/smtp/reply.hpp"

#include <vector>

namespace stagepost::queue {

/// What became of one recipient of a lease.
struct verdict {
  recipient row; ///< As it was when leased, attempts counted up.
  smtp::reply reply;
  bool stays = false; ///< Deferred; `row.next_at` says until when.
  bool expired = false;
  /// It may have been delivered: nobody knows. It stays, to be tried again or
  /// held, or has expired.
  bool in_doubt = false;
  /// This deferral is the first one past `warn_after`.
  bool warn = false;
};

/// What became of a lease.
struct settlement {
  message_ptr what;
  content_ptr body;
  std::vector<verdict> verdicts;
  bool message_done = false;  ///< No recipient is left.
  bool message_maybe = false; ///< None is left here; the database knows.
};

} // namespace stagepost::queue
