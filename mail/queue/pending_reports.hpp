#pragma once

#include "mail/egress_way.hpp"
#include "mail/queue/settlement.hpp"

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::queue {

/// What senders are to hear of messages that other recipients of are still
/// being tried: so that one report tells of all of them. The rows of those who
/// are done stay in the database, in the state `ended`, until it goes out.
class pending_reports {
public:
  /// A report waits no longer than this, whatever is still being tried.
  static constexpr std::chrono::minutes patience{5};

  struct entry {
    message_ptr what;
    /// At least what of the message can be returned; null: to be read from the
    /// database.
    content_ptr body;
    std::vector<notice> notices;
    egress_way left_by; ///< As the last of them did.
  };

  /// @param most  Octets of content to hold.
  explicit pending_reports(std::uint64_t most = 64U << 20U) : most_(most) {
  }

  [[nodiscard]] bool has_room(const content_ptr& body) const noexcept;

  void add(const message_ptr& about, const content_ptr& body,
           std::vector<notice> notices, const egress_way& left_by,
           time_point now);

  /// Takes in a row that was read from the database. Does nothing if it is here
  /// already.
  void restore(const message_ptr& about, const recipient& row, time_point now);

  /// All that there is to tell of a message.
  std::optional<entry> take(queue::id message);

  /// Those whose time has come; each of them is to be taken.
  [[nodiscard]] std::vector<queue::id> due(time_point now) const;
  [[nodiscard]] std::vector<queue::id> all() const;
  [[nodiscard]] std::optional<time_point> next() const;
  /// Puts one off whose content could not be read.
  void put_off(queue::id message, time_point until);

  /// The content that `due` entries lack.
  void give(queue::id message, const content_ptr& body);

  [[nodiscard]] const entry* find(queue::id message) const;
  [[nodiscard]] bool holds(const recipient_key& x) const;

private:
  struct waiting {
    entry what;
    time_point until;
  };
  static std::uint64_t octets(const entry& x) noexcept;

  std::uint64_t most_;
  std::uint64_t octets_ = 0;
  std::map<queue::id, waiting> messages_;
  std::set<std::pair<time_point, queue::id>> times_;
};

/// A notice's reply as the row of an `ended` recipient keeps it:
/// "mx.example.com[192.0.2.1]:25 said: 550 5.1.1 No such user".
std::string kept_reply(const notice& x);

/// The row of such a recipient as a notice again; what can't be read is a
/// failure without a known reason.
notice read_kept(const recipient& row, time_point now);

} // namespace stagepost::queue
