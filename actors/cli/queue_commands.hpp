#pragma once

#include "actors/cli/client.hpp"

#include <string>
#include <vector>

namespace stagepost::cli {

/// Which messages the `queue` commands are about.
struct queue_filter {
  std::vector<std::string> ids;
  std::string domain;
  std::string recipient;
  std::string sender;
  std::string state;
  std::string older; ///< "2h"
  bool all = false;  ///< For what changes something: without ids or filter.

  [[nodiscard]] bool names_none() const {
    return ids.empty() && domain.empty() && recipient.empty() && sender.empty()
           && state.empty() && older.empty();
  }
};

/// What an order needs to know besides.
struct queue_order {
  std::string name;  ///< "hold"
  std::string reply; ///< Of `bounce`.
  std::string to;    ///< Of `redirect`.
};

/// What is to be suspended: one of the first three.
struct suspension_options {
  std::string domain;
  std::string site;
  std::string sender;
  std::string reason;
  std::string span; ///< "2h"; "" = until it is resumed.
};

// Each prints to standard output, errors to standard error, and returns the
// exit status: 0, 1 if the daemon refused, 69 if none answers.

int queue_list(const client_options& to, const queue_filter& which);
int queue_show(const client_options& to, const std::string& id);
/// Does something to the messages that the filter finds, a thousand at a time,
/// so that the queue may be of any length.
int queue_change(const client_options& to, const queue_order& what,
                 const queue_filter& which);
int queue_suspend(const client_options& to, const suspension_options& what,
                  bool resume);
int queue_suspended(const client_options& to);

} // namespace stagepost::cli
