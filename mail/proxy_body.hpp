#pragma once

#include "mail/proxy_header.hpp"

#include <cstddef>
#include <string_view>

namespace stagepost {

// What is in a PROXY header once its end is known. For proxy_header_parser.

/// Version 1: the line after "PROXY ", without its CRLF.
/// @returns Whether it is in the grammar; `to` is undefined if not.
[[nodiscard]] bool parse_proxy_line(std::string_view line, proxy_header& to);

/// Version 2 with the command PROXY.
/// @param whole  The header, for its checksum.
/// @param fixed  Where in it addresses and extensions begin.
/// @returns Likewise.
[[nodiscard]] bool parse_proxy_body(std::string_view whole, std::size_t fixed,
                                    proxy_header& to);

} // namespace stagepost
