#include "actors/cli/new_password.hpp"

#include "actors/cli/terminal.hpp"
#include "mail/sasl/password.hpp"
#include "mail/sasl/scram.hpp"

#include <boost/json.hpp>

#include <cerrno>
#include <iostream>
#include <sys/random.h>
#include <sysexits.h>
#include <system_error>

namespace stagepost::cli {

namespace {

using taken = std::variant<sasl::secret, std::string>;

std::string fresh_salt() {
  std::string out(sasl::salt_octets, '\0');
  if (::getrandom(out.data(), out.size(), 0)
      != static_cast<ssize_t>(out.size()))
    throw std::system_error(errno, std::generic_category(), "getrandom");
  return out;
}

taken ask_twice() {
  auto first = ask_hidden("Password: ");
  if (!std::holds_alternative<sasl::secret>(first))
    return first;
  auto second = ask_hidden("Once more: ");
  if (!std::holds_alternative<sasl::secret>(second))
    return second;
  if (std::get<sasl::secret>(first).text()
      != std::get<sasl::secret>(second).text())
    return std::string{"the two are not the same"};
  return first;
}

std::string explain(boost::system::error_code why) {
  return why == format_errc::too_long
           ? "a password has at most " + std::to_string(sasl::max_password)
               + " octets"
           : "a password is not empty, is UTF-8, and has no control "
             "characters";
}

} // namespace

std::variant<new_password, std::string> take_new_password(bool from_stdin) {
  const auto typed = from_stdin ? read_input_line() : ask_twice();
  if (const auto* why = std::get_if<std::string>(&typed))
    return *why;
  const auto& password = std::get<sasl::secret>(typed).text();
  const auto hash = sasl::hash_password(password, fresh_salt());
  if (!hash)
    return explain(hash.error());
  const auto verifier = sasl::make_scram_verifier(password, fresh_salt());
  if (!verifier)
    return explain(verifier.error());
  return new_password{*hash, to_string(*verifier)};
}

int password(bool from_stdin, bool with_scram, bool json) {
  const auto made = take_new_password(from_stdin);
  if (const auto* why = std::get_if<std::string>(&made)) {
    std::cerr << "stagepost: " << *why << '\n';
    return EX_USAGE;
  }
  const auto& x = std::get<new_password>(made);
  if (json)
    std::cout << boost::json::serialize(
      boost::json::object{{"password", x.hash}, {"scram", x.scram}});
  else if (with_scram)
    std::cout << "{password: \"" << x.hash << "\", scram: \"" << x.scram
              << "\"}";
  else
    std::cout << '"' << x.hash << '"';
  std::cout << '\n';
  return EX_OK;
}

} // namespace stagepost::cli
