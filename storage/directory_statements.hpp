#pragma once

#include <string>

namespace stagepost::storage {

/// What a directory's session is set to: who signs in waits for it.
inline constexpr const char* directory_session
  = "set statement_timeout = '10s';"
    // Durable on return, even if the server's administrator cares less.
    "select set_config('synchronous_commit', 'on', false)"
    " where current_setting('synchronous_commit') = 'off'";

inline const std::string select_accounts
  = "select a.id, a.local_part || '@' || a.domain, a.name, a.password,"
    " a.scram, a.enabled::integer, d.enabled::integer, a.created_at,"
    " a.updated_at from mail.account a join mail.domain d on d.name = a.domain "
    "where ";

// $1 is a domain, and $2 a local part, both in lower case; each, `$1::text`.

/// Which row of mail.account has an address.
inline const std::string addressed
  = "a.domain = $1::text and lower(a.local_part collate \"C\") = $2::text";

inline const std::string find_statement = select_accounts + addressed;

// $2: at most so many.
inline const std::string accounts_statement
  = select_accounts
    + "($1::text = '' or a.domain = $1::text)"
      " order by a.domain, lower(a.local_part collate \"C\") limit $2::bigint";

inline constexpr const char* domains_statement
  = "select d.name, d.enabled::integer, d.created_at,"
    " (select count(*) from mail.account a where a.domain = d.name)"
    " from mail.domain d order by d.name";

inline constexpr const char* domain_names_statement
  = "select name from mail.domain";

/// A change, with what tells its verdict: how many rows it changed, and
/// whether the domain was there before, and enabled.
inline std::string judged(const std::string& change) {
  return "with changed as (" + change
         + " returning 1) select (select count(*) from changed),"
           " (select count(*) from mail.domain where name = $1::text),"
           " (select count(*) from mail.domain where name = $1::text"
           "  and enabled)";
}

inline const std::string add_domain_statement = judged(
  "insert into mail.domain(name) values ($1::text) on conflict do nothing");

// $2: 1 to enable, 0 to disable.
inline const std::string switch_domain_statement = judged(
  "update mail.domain set enabled = $2::integer = 1 where name = $1::text");

inline const std::string remove_domain_statement
  = judged("delete from mail.domain d where d.name = $1::text and not exists"
           " (select from mail.account a where a.domain = d.name)");

// $2: as it was given; $3: name; $4: password; $5: SCRAM's verifier.
inline const std::string add_account_statement = judged(
  "insert into mail.account(domain, local_part, name, password, scram)"
  " select d.name, $2::text, $3::text, $4::text, $5::text"
  " from mail.domain d where d.name = $1::text on conflict do nothing");

// $3: 1 to enable, 0 to disable.
inline const std::string switch_account_statement
  = judged("update mail.account a set enabled = $3::integer = 1,"
           " updated_at = now() where "
           + addressed);

inline const std::string remove_account_statement
  = judged("delete from mail.account a where " + addressed);

// $3: password; $4: SCRAM's verifier.
inline const std::string set_password_statement
  = judged("update mail.account a set password = $3::text, scram = $4::text,"
           " updated_at = now() where "
           + addressed);

} // namespace stagepost::storage
