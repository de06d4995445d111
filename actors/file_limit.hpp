#pragma once

#include <cstdint>
#include <string>

namespace stagepost {

/// Raises RLIMIT_NOFILE as far as this process may: every client is a file to
/// the system. @returns How many files may be open now.
std::uint64_t raise_file_limit();

/// What to do when so many clients don't fit into that many files; "" when they
/// do. A client is one file, and one more while a large message of it comes in;
/// databases, deliveries and the daemon's own take some, too.
std::string advice_on_files(std::uint64_t files, std::uint32_t most_clients);

} // namespace stagepost
