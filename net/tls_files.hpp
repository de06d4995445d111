#pragma once

#include <initializer_list>
#include <string>

namespace stagepost::net {

// What all files of TLS have in common: certificates, keys, authorities.

/// @returns Why it can't be read, with its name; "" if it can.
[[nodiscard]] std::string unreadable(const std::string& path);

/// Why OpenSSL's last call on this thread failed. Clears its errors.
[[nodiscard]] std::string last_tls_error();

/// Stands for the files' contents (SHA-256), of each the first MiB: other
/// contents, another digest. Why a file can't be read counts as its content.
/// So a link to another file is a change, and a new date alone is none.
[[nodiscard]] std::string digest_of(std::initializer_list<std::string> paths);

} // namespace stagepost::net
