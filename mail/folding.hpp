#pragma once

#include <string>
#include <string_view>

namespace stagepost {

/// Text as a header or a report of ours may hold it: printable ASCII. Control
/// characters become spaces, octets over 127 become `?`.
/// @param longest  What is over that many octets is left out.
[[nodiscard]] std::string printable(std::string_view text,
                                    std::size_t longest = 1000);

/// Appends `name: value` with its CRLF, folded at spaces (RFC 5322, 2.2.3) so
/// that lines stay within 78 columns if words do, and under 998 in any case.
/// Runs of spaces become one.
/// @param value  Printable ASCII.
void append_field(std::string& out, std::string_view name,
                  std::string_view value);

/// Appends text as lines of up to 72 columns, each after `margin` and with its
/// CRLF.
/// @param text  Printable ASCII.
void append_lines(std::string& out, std::string_view margin,
                  std::string_view text);

/// Appends header fields that someone else wrote so that they can be shown:
/// each line printable and ended by CRLF, over-long ones folded.
/// @param utf8  Lines that are UTF-8 stay so.
void append_foreign_header(std::string& out, std::string_view header,
                           bool utf8 = false);

} // namespace stagepost
