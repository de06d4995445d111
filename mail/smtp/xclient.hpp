#pragma once

#include "mail/error.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace stagepost::smtp {

/// What a trusted client says of the client behind it, by Postfix's command
/// XCLIENT. What was not said is nullopt; what the other side says it does not
/// know ([UNAVAILABLE], [TEMPUNAVAIL]) is "".
struct xclient {
  std::optional<std::string> address; ///< IPv4 or IPv6, checked, in short form.
  std::optional<std::string> own_address; ///< Where it connected to, likewise.
  std::optional<std::string> name;        ///< Host name.
  std::optional<std::string> helo;
  std::optional<std::string> login;    ///< Who logged in there.
  std::optional<std::string> protocol; ///< "SMTP" or "ESMTP".
};

/// The names of the attributes, as EHLO announces them.
inline constexpr std::string_view xclient_attributes
  = "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";

/// Reads `NAME=value ADDR=value …`: values are xtext, each name comes at most
/// once. Ports are checked and dropped. Fails with
/// `syntax`, also for a name that is not known.
[[nodiscard]] result<xclient> read_xclient(std::string_view text);

} // namespace stagepost::smtp
