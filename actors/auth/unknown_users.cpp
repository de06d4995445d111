#include "actors/auth/unknown_users.hpp"

#include "mail/address.hpp"
#include "mail/ascii.hpp"
#include "mail/sasl/scram.hpp"

#include <algorithm>
#include <random>

namespace stagepost {

namespace {

constexpr std::size_t key_octets = 32;

bool asks_directory(const std::vector<config::auth_source>& sources) {
  return std::ranges::any_of(sources, [](const config::auth_source& x) {
    return x.type == config::auth_source::kind::directory;
  });
}

/// The directory knows one user by many spellings, and has one salt for all.
std::string settled(const std::string& user) {
  const auto x = parse_mailbox(user);
  return x ? lower(x->text()) : user;
}

} // namespace

std::string
unknown_users::verifier(const std::string& user,
                        const std::vector<config::auth_source>& sources) const {
  return sasl::to_string(sasl::unknown_user_verifier(
    key_.text(), asks_directory(sources) ? settled(user) : user));
}

sasl::secret key_of_unknown_users() {
  static const auto key = [] {
    std::random_device source;
    std::string out;
    while (out.size() < key_octets)
      out += static_cast<char>(source());
    return out;
  }();
  return sasl::secret{std::string_view{key}};
}

} // namespace stagepost
