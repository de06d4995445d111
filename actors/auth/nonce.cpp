#include "actors/auth/nonce.hpp"

#include "mail/sasl/base64.hpp"

#include <array>
#include <cerrno>
#include <sys/random.h>
#include <system_error>

namespace stagepost {

std::string fresh_nonce() {
  std::array<char, 24> octets{};
  if (getrandom(octets.data(), octets.size(), 0)
      != static_cast<ssize_t>(octets.size()))
    throw std::system_error(errno, std::generic_category(), "getrandom");
  return sasl::encode_base64({octets.data(), octets.size()});
}

} // namespace stagepost
