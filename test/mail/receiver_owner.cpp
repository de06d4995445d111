#include "receiver_owner.hpp"

#include "mail/sasl/scram.hpp"

#include <memory>

using stagepost::smtp::reply;

namespace {

/// What is said of an address; `ok` where nothing is wrong with it.
reply verdict(std::string_view address, const reply& ok) {
  if (address.starts_with("unknown@"))
    return {550, {5, 1, 1}, "No such user"};
  if (address.starts_with("later@"))
    return {451, {4, 7, 1}, "Later"};
  if (address.starts_with("busy@"))
    return {421, {4, 3, 2}, "Busy"};
  return ok;
}

const stagepost::sasl::scram_verifier& pencil() {
  static const auto x
    = stagepost::sasl::make_scram_verifier("pencil", "sixteen octets..", 4096)
        .value();
  return x;
}

} // namespace

receiver_owner::receiver_owner(const settings& x)
  : machine(std::make_shared<const settings>(x)), lmtp_(x.lmtp) {
}

void receiver_owner::feed(std::string_view octets) {
  while (!octets.empty()) {
    octets.remove_prefix(machine.feed(octets));
    answer();
  }
}

void receiver_owner::answer() {
  // An answer may lead to the next wish.
  for (auto before = wish::none; machine.wanted() != before;) {
    before = machine.wanted();
    switch (before) {
      case wish::begin_login:
        if (refuse_login)
          machine.login_refused({454, {4, 7, 0}, "Too many at once"});
        else
          machine.login_begins({std::string{nonce}, false,
                                machine.secure() ? std::string{exporter} : "",
                                ""});
        break;
      case wish::find_verifier:
        machine.verifier(pencil());
        break;
      case wish::judge_login:
        judge();
        break;
      case wish::adopt_client:
        client = machine.claimed().address.value_or("?");
        machine.client_adopted();
        break;
      case wish::expand:
        machine.expanded(
          verdict(machine.subject(), {250, {2, 1, 5}, machine.subject()}));
        break;
      case wish::verify_sender:
        machine.sender_verified(
          verdict(machine.current().sender, {250, {2, 1, 0}, "Ok"}));
        break;
      case wish::verify_recipient:
        machine.verified(
          verdict(machine.recipient().address, {250, {2, 1, 5}, "Ok"}));
        break;
      case wish::begin_content:
        begin_content();
        break;
      case wish::store:
        store();
        break;
      case wish::start_tls:
        machine.tls_started();
        break;
      case wish::none:
      case wish::hang_up:
        break;
    }
  }
  content_ += machine.take_content();
}

void receiver_owner::begin_content() {
  content_.clear();
  if (refuse_content)
    machine.content_refused({452, {4, 3, 1}, "Full"});
  else
    machine.content_begins(trace);
}

void receiver_owner::store() {
  content_ += machine.take_content();
  const auto& now = machine.current();
  message x{now.sender, {}, content_};
  std::vector<reply> outcomes;
  for (const auto& to : now.recipients) {
    x.recipients.push_back(to.address);
    outcomes.push_back(to.address.starts_with("full@")
                         ? reply{452, {4, 2, 2}, "Mailbox full"}
                         : reply{250, {2, 0, 0}, "Stored"});
  }
  stored.push_back(std::move(x));
  envelopes.push_back(now);
  if (lmtp_)
    machine.stored(outcomes);
  else
    machine.stored({250, {2, 0, 0}, "Stored"});
}

void receiver_owner::judge() {
  using stagepost::sasl::state;
  const auto& x = machine.login();
  const bool known = x.user() == "alice" && x.password() == "secret";
  if (x.now() == state::proved || (x.now() == state::check_password && known))
    machine.logged_in(x.user());
  else if (x.user() == "down")
    machine.login_refused({454, {4, 7, 0}, "Temporary failure"});
  else
    machine.login_refused({535, {5, 7, 8}, "Wrong user or password"});
}
