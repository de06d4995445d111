#pragma once

#include "mail/sasl/scram.hpp"
#include "mail/sasl/secret.hpp"
#include "mail/sasl/state.hpp"

#include <string>
#include <string_view>

namespace stagepost::sasl {

/// What a mechanism says and hears, as octets: an `exchange` without base64.
class conversation {
public:
  conversation() = default;
  virtual ~conversation() = default;
  conversation(const conversation&) = delete;
  conversation& operator=(const conversation&) = delete;

  /// The challenge for a client that does not begin by itself.
  [[nodiscard]] virtual std::string_view prompt() const noexcept {
    return {};
  }
  virtual state take(std::string_view message) = 0;
  /// The answer to `find_verifier`; only SCRAM asks.
  virtual state take(const scram_verifier& /*unused*/) {
    return state::failed;
  }

  [[nodiscard]] const std::string& challenge() const noexcept {
    return challenge_;
  }
  [[nodiscard]] const std::string& user() const noexcept {
    return user_;
  }
  [[nodiscard]] const std::string& password() const noexcept {
    return password_.text();
  }

protected:
  void challenge(std::string octets) {
    challenge_ = std::move(octets);
  }
  /// False if these octets are no user name.
  [[nodiscard]] bool read_user(std::string_view octets);
  /// False if these octets are no password.
  [[nodiscard]] bool read_password(std::string_view octets);
  /// `proceed` if who logs in may act as `authzid`: as nobody else.
  [[nodiscard]] state acting_as(std::string_view authzid, state proceed) const;

private:
  std::string challenge_;
  std::string user_;
  secret password_;
};

} // namespace stagepost::sasl
