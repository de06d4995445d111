#include "mail/smtp/mail_parameters.hpp"

#include "mail/ascii.hpp"
#include "mail/smtp/size.hpp"

#include <limits>
#include <utility>

namespace stagepost::smtp {

result<mail_parameters> read_mail_parameters(std::span<const parameter> given) {
  mail_parameters out;
  bool has_size = false;
  bool has_body = false;
  for (const auto& [keyword, value] : given) {
    if (iequals(keyword, "SIZE")) {
      if (std::exchange(has_size, true))
        return command_errc::bad_parameter;
      const auto size = parse_size(value);
      if (size)
        out.size = *size;
      else if (size.error() == make_error_code(format_errc::out_of_range))
        out.size = std::numeric_limits<std::uint64_t>::max();
      else
        return command_errc::bad_parameter;
    } else if (iequals(keyword, "BODY")) {
      if (std::exchange(has_body, true))
        return command_errc::bad_parameter;
      out.eight_bit = iequals(value, "8BITMIME");
      if (!out.eight_bit && !iequals(value, "7BIT"))
        return command_errc::unknown_parameter;
    } else {
      return command_errc::unknown_parameter;
    }
  }
  return out;
}

} // namespace stagepost::smtp
