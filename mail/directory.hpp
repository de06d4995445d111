#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace stagepost {

/// A domain that is ours, as the directory has it.
struct domain_entry {
  std::string name; ///< Lower case.
  bool enabled = true;
  std::chrono::system_clock::time_point created_at;
  std::uint64_t mailboxes = 0; ///< How many it has, enabled or not.
};

/// Somebody's place in the directory: a mailbox, and what its owner signs in
/// with. Not the mail in it.
struct account {
  std::int64_t id = 0; ///< Never given twice; 0: there is no such account.
  /// The local part as it was given, the domain in lower case.
  std::string address;
  std::string name;     ///< For people: "Anna Nowak"; "" if unknown.
  std::string password; ///< "$argon2id$…"; "" if there is none.
  std::string scram;    ///< "SCRAM-SHA-256$…"; "" if there is none.
  bool enabled = true;  ///< Itself.
  bool domain_enabled = true;
  std::chrono::system_clock::time_point created_at;
  std::chrono::system_clock::time_point updated_at;

  [[nodiscard]] bool found() const noexcept {
    return id != 0;
  }
  /// May its owner sign in? A domain that is disabled disables all of its
  /// mailboxes.
  [[nodiscard]] bool active() const noexcept {
    return found() && enabled && domain_enabled;
  }
};

/// What an administrator changes in the directory.
struct directory_change {
  enum class kind : std::uint8_t {
    add_domain,
    enable_domain,
    disable_domain,
    remove_domain,
    add_mailbox,
    enable_mailbox,
    disable_mailbox,
    remove_mailbox,
    set_password
  };
  kind what = kind::add_domain;
  std::string subject{};  ///< The domain, or the mailbox's address.
  std::string name{};     ///< Of `add_mailbox`: for people.
  std::string password{}; ///< Of `add_mailbox` and `set_password`, ready made.
  std::string scram{};    ///< Likewise.
};

/// Is its subject a domain, and not a mailbox?
[[nodiscard]] constexpr bool
is_about_domain(directory_change::kind x) noexcept {
  return x <= directory_change::kind::remove_domain;
}

/// What became of a change.
enum class directory_verdict : std::uint8_t {
  done,
  /// Done, to a mailbox whose domain is disabled: its owner can't sign in yet.
  done_while_disabled,
  malformed,       ///< The subject is no domain, or no address.
  exists,          ///< What was to be added is there already.
  unknown_domain,  ///< It, or that of the mailbox, is not in the directory.
  unknown_mailbox, ///< The domain is, the mailbox is not.
  not_empty        ///< The domain has mailboxes, and can't be removed.
};

[[nodiscard]] constexpr bool is_done(directory_verdict x) noexcept {
  return x <= directory_verdict::done_while_disabled;
}

/// As the log has it: "add mailbox".
std::string to_string(directory_change::kind x);
std::string to_string(directory_verdict x);

} // namespace stagepost
