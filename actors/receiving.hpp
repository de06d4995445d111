#pragma once

#include "config/configuration.hpp"

#include <cstdint>
#include <string>
#include <variant>

namespace stagepost {

/// What `stagepost receive` takes.
struct receive_options {
  std::string hostname{}; ///< "": the machine's name.
  std::uint16_t port = 25;
  std::string key{};         ///< PEM file; "": no TLS.
  std::string certificate{}; ///< Likewise.
  std::string auth{};        ///< The program that checks logins; "": none.
  std::string process{};     ///< The program that takes the mail.
  std::uint16_t status = 0;  ///< Port of a status listener; 0: none.
};

/// A configuration that needs no file and no database: one listener, whose mail
/// is all for one program. Who may log in has to; with a certificate only after
/// STARTTLS.
/// @returns Or what is wrong with an option.
std::variant<config::configuration, std::string>
receiving(const receive_options& x);

} // namespace stagepost
