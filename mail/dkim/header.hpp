#pragma once

#include "mail/dkim/canonical.hpp"
#include "mail/error.hpp"

#include <cstddef>
#include <string_view>
#include <vector>

namespace stagepost::dkim {

/// A field of a header, within the octets that it was read from.
struct header_field {
  std::string_view name; ///< Without the white space that may follow it.
  std::string_view text; ///< The whole field, with its line ends.
  /// What follows the colon, line ends and all.
  [[nodiscard]] std::string_view value() const noexcept;
};

/// The header of a message (RFC 5322, 2.2) as a verifier will find it.
struct header {
  std::vector<header_field> fields; ///< From the top.
  std::size_t size = 0;             ///< Octets up to where the body begins.
  line_end ends = line_end::any;

  /// The topmost field of this name, whatever its capitals; nullptr if there
  /// is none.
  [[nodiscard]] const header_field* find(std::string_view name) const noexcept;
  [[nodiscard]] std::size_t count(std::string_view name) const noexcept;
};

/// The longest header that is signed, in octets.
inline constexpr std::size_t longest_header = 256U << 10U;

/// Reads the header at the beginning of a content, up to the first empty line;
/// a content without one is all header.
/// @param octets  The content, or at least `longest_header` octets of it.
/// Fails with `too_long`, and with `syntax` where a line is neither a field nor
/// the continuation of one: where the body begins there, readers differ in.
[[nodiscard]] result<header> read_header(std::string_view octets,
                                         line_end ends = line_end::any);

} // namespace stagepost::dkim
