#pragma once

#include "mail/dkim/header.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stagepost::dkim {

/// How a field is signed.
enum class coverage : std::uint8_t {
  sealed,          ///< Once more than it is there: nobody can add one.
  sealed_if_there, ///< Likewise, but what lacks it may be given it on the way.
  as_it_is ///< As often as it is there; those above are the lists' affair.
};

struct signed_field {
  std::string_view name; ///< Lower case.
  coverage how;
};

/// What is signed of a header, in the order of h= (RFC 6376, 5.4.1). Left out
/// is what changes on the way: Received, Return-Path, Bcc, other signatures.
[[nodiscard]] const std::vector<signed_field>& signed_fields();

/// The names for h=, each as often as it is signed: "from", "from", "to", …
[[nodiscard]] std::vector<std::string_view> names_to_sign(const header& x);

/// What is signed besides the body's hash (RFC 6376, 3.7): the named fields in
/// canonical form, of those with one name the lowest first (5.4.2) and nothing
/// for one that is not there, and then the signature's own field.
/// @param own  The field DKIM-Signature with nothing after its `b=`, without
///             its CRLF.
[[nodiscard]] std::string
to_be_signed(const header& x, const std::vector<std::string_view>& names,
             std::string_view own, canonicalization how);

} // namespace stagepost::dkim
