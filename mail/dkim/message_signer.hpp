#pragma once

#include "mail/content.hpp"
#include "mail/dkim/header.hpp"
#include "mail/dkim/key_table.hpp"
#include "mail/dkim/signature.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace stagepost::dkim {

/// What came of signing a message.
struct signing {
  /// The fields to put before the content; "" if it goes unsigned.
  std::string fields;
  /// Who signed, for the log: "example.com/s1 example.com/s2".
  std::string by;
  /// Why a signature is missing; "" if none is. A domain without keys is no
  /// reason: there is nothing to sign with.
  std::string why_not;
  /// The message itself is the reason, now and later.
  bool for_good = false;
  std::uint32_t signatures = 0;
};

/// Signs one message as it will be sent, reading it piece by piece.
class message_signer {
public:
  struct facts {
    /// Domain of the envelope's sender, as the DNS has it: counts where the
    /// header has no From.
    std::string sender_domain{};
    /// Made by us: the keys of a domain above that of its From will do.
    bool own = false;
    bool binary = false; ///< It is sent as it is: see `line_end`.
    /// What makes of the content, piece by piece, what is sent; nothing if
    /// that is the content itself.
    std::function<void(std::string_view octets, bool last, std::string& out)>
      change{};
    std::chrono::system_clock::time_point at{};
  };

  message_signer(content_ptr what, std::shared_ptr<const key_table> keys,
                 facts x);
  message_signer(const message_signer&) = delete;
  message_signer& operator=(const message_signer&) = delete;

  /// Goes on, for about so many octets of the content.
  /// @returns true when it is done: read `outcome()`.
  /// Throws std::system_error when the content lies in a file that fails.
  bool work(std::size_t octets);

  [[nodiscard]] const signing& outcome() const noexcept {
    return out_;
  }

private:
  void take(std::string_view octets, bool last);
  void begin();
  void give_up(std::string why);
  [[nodiscard]] const key_set* keys_of(const std::string& domain) const;
  void sign();
  std::string_view piece(std::uint64_t offset, std::size_t octets);

  content_ptr what_;
  std::shared_ptr<const key_table> keys_;
  facts facts_;
  std::string head_;    ///< What the header was read from.
  std::string buffer_;  ///< The last piece, if from a file.
  std::string changed_; ///< The same as it is sent.
  std::optional<header> header_;
  const key_set* set_ = nullptr;
  std::optional<body_hash> hash_;
  std::uint64_t at_ = 0;
  bool done_ = false;
  signing out_;
};

} // namespace stagepost::dkim
