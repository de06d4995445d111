#pragma once

#include "mail/egress_way.hpp"

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace stagepost::smtp {

/// How a message's content is made up (BODY=; RFC 6152, RFC 3030).
enum class body_kind : std::uint8_t { seven_bit, eight_bit, binary };

/// What reports return of a message (RET=; RFC 3461, 4.3).
enum class returned : std::uint8_t { unsaid, headers, full };

/// The envelope of the transaction being received.
struct transaction {
  struct recipient {
    std::string address;     ///< Without <>.
    std::uint8_t notify = 0; ///< Of `notify_flag`; 0: not said.
    std::string original;    ///< ORCPT, decoded; empty if there was none.
  };
  std::string sender;                ///< Without <>; may be empty.
  std::vector<recipient> recipients; ///< Those accepted so far.
  std::uint64_t declared_size = 0;   ///< SIZE= of MAIL; 0 if not given.
  std::string envelope_id;           ///< ENVID=, decoded; may be empty.
  body_kind body = body_kind::seven_bit;
  returned returns = returned::unsaid;
  bool smtputf8 = false;
  bool require_tls = false;
  /// How it is to leave (XEGRESS); null if that was not said.
  std::shared_ptr<const egress_way> egress;
};

} // namespace stagepost::smtp
