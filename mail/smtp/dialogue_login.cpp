#include "mail/smtp/dialogue.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

using sasl::mechanism;

bool receiver::state::offers(mechanism x) const noexcept {
  const auto& all = settings->mechanisms;
  const bool fit
    = x == mechanism::scram_sha_256_plus
        ? secure && !proxied
        : secure || (settings->auth_without_tls && !settings->tls_required);
  return fit && settings->offers.auth
         && std::find(all.begin(), all.end(), x) != all.end();
}

bool receiver::state::offers_auth() const noexcept {
  const auto& all = settings->mechanisms;
  return user.empty() && std::any_of(all.begin(), all.end(), [this](auto x) {
           return offers(x);
         });
}

void receiver::state::on_auth(const command& x) {
  const auto& all = settings->mechanisms;
  if (all.empty() || !settings->offers.auth)
    return say(make_error_code(command_errc::unimplemented).message());
  if (!extended)
    return say("503 5.5.1 Say EHLO first");
  if (!user.empty())
    return say("503 5.5.1 You are logged in already");
  if (in_mail)
    return say("503 5.5.1 A transaction is open");
  if (settings->tls_required && !secure)
    return say("530 5.7.0 Must issue a STARTTLS command first");
  const auto name = x.argument.substr(0, x.argument.find(' '));
  const auto found = sasl::mechanism_named(name);
  if (!found || std::find(all.begin(), all.end(), *found) == all.end())
    return say("504 5.5.4 Mechanism not offered");
  if (!offers(*found))
    return say(secure ? "504 5.5.4 Mechanism not offered"
                      : "538 5.7.11 Encryption required: STARTTLS comes first");
  how = *found;
  has_response = name.size() < x.argument.size();
  subject = has_response ? x.argument.substr(name.size() + 1) : "";
  open = wish::begin_login;
}

void receiver::state::begin_login(sasl::circumstances where) {
  where.plus_offered = offers(mechanism::scram_sha_256_plus);
  login = std::make_unique<sasl::exchange>(how, std::move(where));
  const auto next
    = has_response ? login->begin(subject) : login->begin(std::nullopt);
  forget_subject();
  go_on(next);
}

void receiver::state::go_on(sasl::state next) {
  switch (next) {
    case sasl::state::challenge:
      return say("334 " + login->challenge());
    case sasl::state::find_verifier:
      open = wish::find_verifier;
      return;
    case sasl::state::check_password:
    case sasl::state::proved:
    case sasl::state::failed:
      open = wish::judge_login;
      return;
    case sasl::state::malformed:
      malformed_login = true;
      return end_login({501, {5, 5, 2}, "That is not what was asked for"});
    case sasl::state::cancelled:
      return end_login({501, {5, 7, 0}, "Login cancelled"});
  }
}

/// Anything but success. What is our own trouble is not held against the
/// client.
void receiver::state::end_login(const reply& x) {
  login.reset();
  forget_subject();
  if (x.permanent())
    ++failed_logins;
  if (x.code == 421 || failed_logins < settings->auth_failures)
    return say(x);
  append_wire(replies, x);
  say_goodbye("421 4.7.0", "Too many failed logins");
}

} // namespace stagepost::smtp
