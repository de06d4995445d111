#pragma once

#include <string>

namespace stagepost {

/// 24 octets that nobody can guess, in base64: our part of a nonce of SCRAM.
/// Throws std::system_error when the system has none.
std::string fresh_nonce();

} // namespace stagepost
