#pragma once

#include "mail/error.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::sasl {

/// `client-first-message` of RFC 5802, 7. The views point into the message.
struct scram_client_first {
  char flag = 'n';             ///< Channel binding: n no, y if you can, p yes.
  std::string_view binding;    ///< Of p: the name of its type.
  std::string authzid;         ///< Decoded; "" if there is none.
  std::string_view gs2_header; ///< Up to its second comma.
  std::string_view bare;       ///< All behind it.
  bool extended = false;       ///< It begins with an extension that must be
                               ///< understood; nothing below is set.
  std::string user;            ///< Decoded, not prepared.
  std::string_view nonce;
};

/// `client-final-message`. The views point into the message.
struct scram_client_final {
  std::string binding; ///< Octets: the gs2-header, and of p the data.
  std::string_view nonce;
  std::string_view without_proof;
  std::string proof; ///< 32 octets.
};

/// `server-first-message`. The views point into the message.
struct scram_server_first {
  std::string_view nonce;
  std::string salt; ///< Octets, not empty.
  std::uint32_t iterations = 0;
};

// Optional extensions are passed over, as RFC 5802, 5.1 has it; attributes that
// it gives a meaning to are none, nor is anything that stands twice. They fail
// with `syntax`.

[[nodiscard]] result<scram_client_first>
parse_client_first(std::string_view message);

[[nodiscard]] result<scram_client_final>
parse_client_final(std::string_view message);

/// Fails with `out_of_range` for iterations that fit no number.
[[nodiscard]] result<scram_server_first>
parse_server_first(std::string_view message);

} // namespace stagepost::sasl
