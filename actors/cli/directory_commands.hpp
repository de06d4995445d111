#pragma once

#include "actors/cli/client.hpp"

#include <string>

namespace stagepost::cli {

// Domains and mailboxes. Each returns the exit status, as the other commands
// do, and 64 if there is no good password.

int domain_list(const client_options& to);
/// @param verb  add, enable, disable or remove.
int domain_change(const client_options& to, const std::string& verb,
                  const std::string& name);

/// What the commands for mailboxes take.
struct mailbox_options {
  std::string address;
  std::string name;        ///< For people; of `add`.
  std::string domain;      ///< Of `list`; "" = all.
  bool from_stdin = false; ///< Where a new password comes from.
};

int mailbox_list(const client_options& to, const mailbox_options& which);
/// @param verb  add, enable, disable, remove or password; the first and the
///              last take a new password, and hash it here.
int mailbox_change(const client_options& to, const std::string& verb,
                   const mailbox_options& which);

} // namespace stagepost::cli
