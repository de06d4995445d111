#pragma once

#include "mail/smtp/receiver.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// Owns a receiver as a session does, and answers its wishes at once: unknown@
/// has no mailbox (550), later@ is to wait (451), all else comes in.
class receiver_owner {
public:
  using receiver = stagepost::smtp::receiver;
  using settings = stagepost::smtp::receiver_settings;
  using wish = receiver::wish;

  struct message {
    std::string sender;
    std::vector<std::string> recipients;
    std::string content;
  };

  explicit receiver_owner(const settings& x = {})
    : machine(std::make_shared<const settings>(x)) {
  }

  /// Feeds it and answers until the octets are gone.
  void feed(std::string_view octets) {
    while (!octets.empty()) {
      octets.remove_prefix(machine.feed(octets));
      answer();
    }
  }

  /// All replies so far.
  const std::string& said() {
    return replies_ += machine.take_replies();
  }

  [[nodiscard]] bool hung_up() const {
    return machine.wanted() == wish::hang_up;
  }

  receiver machine;
  std::vector<message> stored;
  bool refuse_content = false;
  std::string trace;

private:
  void answer() {
    switch (machine.wanted()) {
      case wish::verify_recipient:
        machine.verified(verdict(machine.recipient()));
        break;
      case wish::begin_content:
        content_.clear();
        if (refuse_content)
          machine.content_refused({452, {4, 3, 1}, "Full"});
        else
          machine.content_begins(trace);
        break;
      case wish::store:
        content_ += machine.take_content();
        stored.push_back(
          {machine.current().sender, machine.current().recipients, content_});
        machine.stored({250, {2, 0, 0}, "Stored"});
        break;
      case wish::start_tls:
        machine.tls_started();
        break;
      case wish::none:
      case wish::hang_up:
        break;
    }
    content_ += machine.take_content();
  }

  static stagepost::smtp::reply verdict(std::string_view recipient) {
    if (recipient.starts_with("unknown@"))
      return {550, {5, 1, 1}, "No such user"};
    if (recipient.starts_with("later@"))
      return {451, {4, 7, 1}, "Later"};
    return {250, {2, 1, 5}, "Ok"};
  }

  std::string replies_;
  std::string content_;
};
