#pragma once

#include "mail/content.hpp"
#include "mail/notify.hpp"
#include "mail/queue/id.hpp"
#include "mail/queue/suspension.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::queue {

/// What the queue knows of a message besides its recipients. Immutable.
struct message {
  queue::id id;
  time_point received_at;
  time_point expires_at;   ///< Past this a deferral becomes a failure.
  std::string sender;      ///< Reverse-path without <>; empty for a report.
  std::uint32_t flags = 0; ///< Of `message_flag`.
  std::uint64_t size = 0;  ///< Octets of the content.
  /// Circumstances of arrival as a JSON object: client, helo, listener, user.
  /// Kept as it is.
  std::string circumstances;
  /// ENVID (RFC 3461, 4.4), decoded: printable ASCII; empty if there is none.
  std::string envelope_id;
};

/// What the envelope says of a message.
enum message_flag : std::uint32_t {
  flag_report = 1,         ///< Made by us: a delivery status notification.
  flag_eight_bit = 2,      ///< BODY=8BITMIME was given (RFC 6152).
  flag_smtputf8 = 4,       ///< SMTPUTF8 was given (RFC 6531).
  flag_require_tls = 8,    ///< REQUIRETLS was given (RFC 8689).
  flag_binary = 16,        ///< BODY=BINARYMIME was given (RFC 3030).
  flag_return_full = 32,   ///< RET=FULL: reports return the whole message.
  flag_return_header = 64, ///< RET=HDRS. Neither of them: it was not said.
  flag_vouched = 128,      ///< From somebody whose mail we sign.
};

using message_ptr = std::shared_ptr<const message>;

/// The legal states of a recipient in the database. That it is leased is known
/// to its owner only. One that was delivered or that failed has no row once its
/// sender has been told, if that is called for.
enum class recipient_state : std::int16_t {
  queued = 0,
  deferred = 2,
  held = 3,
  ended = 4, ///< The sender will hear of it together with others.
};

struct recipient {
  std::uint16_t number = 0; ///< Position in the message's envelope, from 0.
  recipient_state state = recipient_state::queued;
  std::uint16_t attempts = 0; ///< Ended attempts.
  time_point next_at;         ///< When it is due.
  std::string address;        ///< Forward-path without <>.
  std::string last_reply;     ///< The last attempt's reply, for people.
  std::uint8_t notify = 0;    ///< NOTIFY, of `notify_flag`; 0: not said.
  bool warned = false;        ///< The sender was told of the delay.
  /// ORCPT (RFC 3461, 4.2) as `read_original_recipient` has it:
  /// "rfc822;user+a@example.com"; empty if there is none.
  std::string original_recipient;
};

/// What a lease that ended was, and so what it tells of its site.
enum class attempt : std::uint8_t {
  made,      ///< The server was spoken with.
  unreached, ///< No connection to any of the site's hosts came about.
  aside,     ///< It failed before the site had a part in it.
  none,      ///< There was none: it does not count.
};

/// A message on its way into the queue, with its content.
struct arrival {
  message_ptr what;
  content_ptr body;
  std::vector<recipient> recipients;
  // For the log, not kept: whose it is.
  std::string client{}; ///< IP address; "" for our own.
  std::string user{};   ///< Who logged in; "" if nobody did.
};

/// A row of the log of deliveries: what became of one recipient, when, and
/// what the remote said.
struct event {
  enum class kind : std::int16_t {
    accepted = 1,
    delivered = 2,
    deferred = 3,
    bounced = 4,
    expired = 5,
    deleted = 6,
    in_doubt = 7, ///< Sent whole and not answered; see `recipient_state`.
    held = 8,
    released = 9,
    redirected = 10, ///< `reply` says where to.
    refused = 11,    ///< By another outlet, while the client waited.
  };
  time_point at;
  queue::id message;
  std::uint16_t number = 0; ///< Of the recipient.
  event::kind what = kind::accepted;
  std::string recipient;
  std::string relay;  ///< Host and address that answered; empty if none did.
  std::string reply;  ///< Its full reply, or our reason.
  std::string tls{};  ///< Description of the TLS session; empty in clear.
  time_point began{}; ///< Of the attempt; the epoch if there was none.
};

/// A recipient that stays: its row after the change.
struct change {
  queue::id message;
  recipient now;
};

/// One recipient's row, by its key.
struct recipient_key {
  queue::id message;
  std::uint16_t number = 0;
  auto operator<=>(const recipient_key&) const = default;
};

/// What one transaction does to a shard's tables: all of it, or nothing.
/// Doing it twice is the same as doing it once, so that a commit whose answer
/// was lost can be repeated.
struct batch {
  std::vector<arrival> arrivals{};
  /// All but the address; without a last reply the row keeps its own.
  std::vector<change> changed{};
  /// Only the address and the original recipient, and the last reply goes.
  std::vector<change> redirected{};
  std::vector<recipient_key> finished{};      ///< Rows of recipients to delete.
  std::vector<queue::id> finished_messages{}; ///< Their last recipient is done.
  /// Messages to delete if no row of a recipient is left: their owner does not
  /// hold them whole.
  std::vector<queue::id> maybe_finished{};
  /// Messages to delete with whatever recipients they have: by an
  /// administrator, or because their sender was told that they are not stored.
  std::vector<queue::id> removed{};
  std::vector<event> events{};
  /// What is suspended, or no more, in order.
  struct pause {
    suspension what;
    bool over = false;
  };
  std::vector<pause> pauses{};

  [[nodiscard]] bool empty() const noexcept {
    return arrivals.empty() && changed.empty() && redirected.empty()
           && finished.empty() && finished_messages.empty()
           && maybe_finished.empty() && removed.empty() && events.empty()
           && pauses.empty();
  }
};

/// A message with those of its recipients that were asked for, as read back
/// from the database, without the content.
struct stored {
  message_ptr what;
  std::vector<recipient> recipients;
  std::uint32_t recipients_in_all = 0; ///< Rows left, also those not read.
};

} // namespace stagepost::queue
