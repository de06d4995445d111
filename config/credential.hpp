#pragma once

#include <string_view>

namespace stagepost::config {

// The shapes of what the section `auth` holds. Whether a hash can be checked
// by this machine's library shows when somebody logs in.

/// A login name: 1 to 255 octets of UTF-8 without spaces and control
/// characters. Names are compared octet by octet.
bool is_user_name(std::string_view text);

/// A password's hash in PHC form, "$argon2id$v=19$m=65536,t=3,p=1$SALT$HASH",
/// salt (8 to 64 octets) and hash (16 to 64) in base64 without padding; of at
/// most 1 GiB, 20 passes and 16 lanes.
bool is_argon2id(std::string_view text);

/// A verifier for SCRAM (RFC 5803) in the form that PostgreSQL uses:
/// "SCRAM-SHA-256$ITERATIONS:SALT$STORED:SERVER", base64 with padding, the
/// salt of 8 to 64 octets, the keys of 32; from 4096 to 10,000,000 iterations.
bool is_scram_verifier(std::string_view text);

} // namespace stagepost::config
