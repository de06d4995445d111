#pragma once

#include <string>
#include <variant>

namespace stagepost::cli {

/// A password as it is stored, in the two forms that signing in needs.
struct new_password {
  std::string hash;  ///< "$argon2id$…", for PLAIN and LOGIN.
  std::string scram; ///< "SCRAM-SHA-256$…"
};

/// Takes a new password, twice from the terminal without showing it, or as one
/// line of the standard input, and hashes it with fresh salts. It goes nowhere
/// else: not to the daemon, nor into arguments. Takes a fifth of a second.
/// @returns Its two forms, or a sentence that says why there are none.
std::variant<new_password, std::string> take_new_password(bool from_stdin);

/// `stagepost password`: prints what stands for a user in the configuration,
/// as YAML: "$argon2id$…", or with SCRAM {password: "…", scram: "…"}.
/// @param json  Both in a JSON object.
/// @returns The exit status: 0, or 64 if there is no good password.
int password(bool from_stdin, bool with_scram, bool json);

} // namespace stagepost::cli
