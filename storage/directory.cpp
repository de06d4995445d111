#include "storage/directory.hpp"

#include "mail/address.hpp"
#include "mail/ascii.hpp"
#include "storage/directory_statements.hpp"
#include "storage/pq/connection.hpp"
#include "storage/pq/parameters.hpp"
#include "storage/text.hpp"

#include <optional>

namespace stagepost::storage {

namespace {

using kind = directory_change::kind;

account account_at(const pq::rows& x, int row) {
  account out;
  out.id = x.integer(row, 0);
  out.address = x.octets(row, 1);
  out.name = x.octets(row, 2);
  out.password = x.octets(row, 3);
  out.scram = x.octets(row, 4);
  out.enabled = x.integer(row, 5) != 0;
  out.domain_enabled = x.integer(row, 6) != 0;
  out.created_at = pq::from_server_time(x.integer(row, 7));
  out.updated_at = pq::from_server_time(x.integer(row, 8));
  return out;
}

bool adds(kind x) {
  return x == kind::add_domain || x == kind::add_mailbox;
}

/// Nobody is to sign in after it anyway.
bool ends(kind x) {
  return x == kind::disable_mailbox || x == kind::remove_mailbox;
}

/// Whose mail we can have at home: a name, no address literal.
bool is_domain_name(std::string_view text) {
  return is_domain(text) && !text.starts_with('[');
}

/// The address of a mailbox with a domain; `postmaster` alone has none.
std::optional<mailbox> complete_mailbox(std::string_view text) {
  auto parsed = parse_mailbox(text);
  if (!parsed || !is_domain_name(parsed->domain))
    return std::nullopt;
  return std::move(*parsed);
}

} // namespace

struct directory::impl {
  pq::connection link;

  directory_verdict change_domain(const directory_change& x);
  directory_verdict change_mailbox(const directory_change& x);
  pq::rows write_domain(kind what, const std::string& name);
  pq::rows write_mailbox(const directory_change& x, const mailbox& whose);
};

directory::directory(const std::string& connection_string)
  : impl_(new impl{pq::connection(connection_string)}) {
  auto& link = impl_->link;
  link.execute(directory_session);
  link.prepare("find", find_statement.c_str());
  link.prepare("accounts", accounts_statement.c_str());
  link.prepare("domains", domains_statement);
  link.prepare("domain_names", domain_names_statement);
  link.prepare("add_domain", add_domain_statement.c_str());
  link.prepare("switch_domain", switch_domain_statement.c_str());
  link.prepare("remove_domain", remove_domain_statement.c_str());
  link.prepare("add_account", add_account_statement.c_str());
  link.prepare("switch_account", switch_account_statement.c_str());
  link.prepare("remove_account", remove_account_statement.c_str());
  link.prepare("set_password", set_password_statement.c_str());
}

directory::~directory() = default;

account directory::find(std::string_view address) {
  const auto whose = complete_mailbox(address);
  if (!whose)
    return {};
  const auto local = lower(whose->local);
  pq::parameters p;
  const auto x = impl_->link.query("find", p.add(whose->domain).add(local));
  return x.size() == 0 ? account{} : account_at(x, 0);
}

directory_verdict directory::change(const directory_change& x) {
  return is_about_domain(x.what) ? impl_->change_domain(x)
                                 : impl_->change_mailbox(x);
}

directory_verdict directory::impl::change_domain(const directory_change& x) {
  if (!is_domain_name(x.subject))
    return directory_verdict::malformed;
  const auto answer = write_domain(x.what, lower(x.subject));
  if (answer.integer(0, 0) > 0)
    return directory_verdict::done;
  if (adds(x.what))
    return directory_verdict::exists;
  return answer.integer(0, 1) == 0 ? directory_verdict::unknown_domain
                                   : directory_verdict::not_empty;
}

pq::rows directory::impl::write_domain(kind what, const std::string& name) {
  pq::parameters p;
  p.add(name);
  if (what == kind::add_domain)
    return link.query("add_domain", p);
  if (what == kind::remove_domain)
    return link.query("remove_domain", p);
  return link.query("switch_domain",
                    p.add(std::int32_t{what == kind::enable_domain}));
}

directory_verdict directory::impl::change_mailbox(const directory_change& x) {
  const auto whose = complete_mailbox(x.subject);
  if (!whose)
    return directory_verdict::malformed;
  const auto answer = write_mailbox(x, *whose);
  if (answer.integer(0, 0) > 0)
    return answer.integer(0, 2) > 0 || ends(x.what)
             ? directory_verdict::done
             : directory_verdict::done_while_disabled;
  if (answer.integer(0, 1) == 0)
    return directory_verdict::unknown_domain;
  return adds(x.what) ? directory_verdict::exists
                      : directory_verdict::unknown_mailbox;
}

pq::rows directory::impl::write_mailbox(const directory_change& x,
                                        const mailbox& whose) {
  pq::parameters p;
  p.add(whose.domain);
  if (x.what == kind::add_mailbox) {
    const auto name = to_database_text(x.name);
    p.add(whose.local).add(name).add(x.password).add(x.scram);
    return link.query("add_account", p);
  }
  const auto local = lower(whose.local);
  p.add(local);
  if (x.what == kind::remove_mailbox)
    return link.query("remove_account", p);
  if (x.what == kind::set_password)
    return link.query("set_password", p.add(x.password).add(x.scram));
  return link.query("switch_account",
                    p.add(std::int32_t{x.what == kind::enable_mailbox}));
}

std::vector<domain_entry> directory::domains() {
  const auto x = impl_->link.query("domains", {});
  std::vector<domain_entry> out;
  for (int row = 0; row < x.size(); ++row)
    out.push_back({std::string{x.octets(row, 0)}, x.integer(row, 1) != 0,
                   pq::from_server_time(x.integer(row, 2)),
                   static_cast<std::uint64_t>(x.integer(row, 3))});
  return out;
}

std::vector<std::string> directory::domain_names() {
  const auto x = impl_->link.query("domain_names", {});
  std::vector<std::string> out;
  for (int row = 0; row < x.size(); ++row)
    out.emplace_back(x.octets(row, 0));
  return out;
}

std::vector<account> directory::accounts(std::string_view domain,
                                         std::size_t limit) {
  const auto name = lower(to_database_text(domain));
  pq::parameters p;
  const auto x = impl_->link.query(
    "accounts", p.add(name).add(static_cast<std::int64_t>(limit)));
  std::vector<account> out;
  for (int row = 0; row < x.size(); ++row)
    out.push_back(account_at(x, row));
  return out;
}

} // namespace stagepost::storage
