#pragma once

#include "mail/sasl/secret.hpp"

#include <string>
#include <variant>

namespace stagepost::cli {

/// Asks on the terminal, and takes a line that does not show while it is typed.
/// A signal that ends the program meanwhile leaves the terminal as it was.
/// @returns The line without its end, or why there is none.
std::variant<sasl::secret, std::string> ask_hidden(const std::string& prompt);

/// Takes one line from the standard input, its end, if it has one, not
/// included.
std::variant<sasl::secret, std::string> read_input_line();

} // namespace stagepost::cli
