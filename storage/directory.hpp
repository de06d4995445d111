#pragma once

#include "mail/directory.hpp"
#include "storage/error.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::storage {

/// The domains that are ours, and their mailboxes: one libpq connection, each
/// call one statement. Blocks; belongs to one thread; throws database_error.
///
/// Domains are compared in lower case, local parts without regard to the case
/// of ASCII letters: `Anna@Example.COM` is `anna@example.com`.
class directory {
public:
  explicit directory(const std::string& connection_string);
  ~directory();

  /// Who has this address; `found()` is false if nobody has, or if it is none.
  account find(std::string_view address);

  /// Makes a change, durable on return. To enable what is enabled, or to
  /// disable what is disabled, is `done` too. What is not UTF-8 in a name for
  /// people becomes U+FFFD; passwords are taken as they are.
  directory_verdict change(const directory_change& x);

  /// In order of their names.
  std::vector<domain_entry> domains();

  /// The names of all of them, in no order.
  std::vector<std::string> domain_names();

  /// In order of their addresses, at most so many.
  /// @param domain  "" = of all domains.
  std::vector<account> accounts(std::string_view domain, std::size_t limit);

private:
  struct impl;
  std::unique_ptr<impl> impl_;
};

} // namespace stagepost::storage
