#include "mail/directory.hpp"

namespace stagepost {

std::string to_string(directory_change::kind x) {
  using enum directory_change::kind;
  switch (x) {
    case add_domain:
      return "add domain";
    case enable_domain:
      return "enable domain";
    case disable_domain:
      return "disable domain";
    case remove_domain:
      return "remove domain";
    case add_mailbox:
      return "add mailbox";
    case enable_mailbox:
      return "enable mailbox";
    case disable_mailbox:
      return "disable mailbox";
    case remove_mailbox:
      return "remove mailbox";
    case set_password:
      return "set password";
  }
  return "unknown";
}

std::string to_string(directory_verdict x) {
  using enum directory_verdict;
  switch (x) {
    case done:
      return "done";
    case done_while_disabled:
      return "done, while its domain is disabled";
    case malformed:
      return "malformed";
    case exists:
      return "exists";
    case unknown_domain:
      return "unknown domain";
    case unknown_mailbox:
      return "unknown mailbox";
    case not_empty:
      return "not empty";
  }
  return "unknown";
}

} // namespace stagepost
