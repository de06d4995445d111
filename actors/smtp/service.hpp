#pragma once

#include "actors/node.hpp"
#include "mail/smtp/receiver_settings.hpp"

#include <memory>
#include <string>

namespace stagepost {

/// What the sessions of one listener share, by the rules of when they began.
struct smtp_service {
  node* here = nullptr;
  rules_ptr rules;                            ///< What `settings` is part of.
  const config::listener* settings = nullptr; ///< The listener's.
  std::shared_ptr<const smtp::receiver_settings> dialogue;
  std::string path; ///< Of the listener in the tree.
};

/// @param name  Of the listener, which the rules know.
std::shared_ptr<const smtp_service> make_service(node& here, rules_ptr by,
                                                 const std::string& name,
                                                 std::string path);

} // namespace stagepost
