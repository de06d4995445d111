#include "config/belonging.hpp"
#include "config/pattern.hpp"
#include "config/program_path.hpp"
#include "config/readers.hpp"
#include "config/sections/sections.hpp"
#include "config/user_name.hpp"
#include "mail/sasl/password.hpp"
#include "mail/sasl/scram.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;
using source_kind = auth_source::kind;
using user = auth_source::user;

constexpr choice<source_kind> types[] = {{"command", source_kind::command},
                                         {"users", source_kind::users},
                                         {"directory", source_kind::directory}};

void read_type(const yaml_value& x, source_kind& out, report& r) {
  read_choice(x, types, out, r, "source");
}

/// What stands there may be a password: no problem shows it.
void refuse_secret(const yaml_value& x, report& r, std::string_view what) {
  if (x.is != kind::broken)
    r.complain(x.at, r.subject() + " wants " + std::string(what)
                       + " as `stagepost password` makes it; "
                         "what stands here is not shown");
}

void read_hash(const yaml_value& x, std::string& out, report& r) {
  if (x.is == kind::text && sasl::is_password_hash(x.text))
    out = x.text;
  else
    refuse_secret(x, r, "a hash that begins with `$argon2id$`");
}

void read_verifier(const yaml_value& x, std::string& out, report& r) {
  if (x.is == kind::text && sasl::parse_scram_verifier(x.text))
    out = x.text;
  else
    refuse_secret(x, r, "a verifier that begins with `SCRAM-SHA-256$`");
}

void read_sender(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "addresses, or `@domain`";
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  const auto parsed = pattern::parse(*text);
  if (*text == "<>" || text->starts_with('/')
      || std::holds_alternative<std::string>(parsed))
    refuse(x, r, wanted);
  else
    out = *text;
}

constexpr key<user> user_keys[] = {
  {"password", into<&user::password, read_hash>,
   "The password's argon2id hash, for PLAIN and LOGIN."},
  {"scram", into<&user::scram, read_verifier>,
   "The password's verifier, for SCRAM-SHA-256."},
  {"senders", into<&user::senders, read_one_or_list<read_sender, std::string>>,
   "The addresses and @domains that are the user's."},
};

void read_user(const yaml_value& x, user& out, report& r) {
  if (x.is == kind::text || x.is == kind::list) {
    read_hash(x, out.password, r);
    return;
  }
  read_map(x, user_keys, out, r);
  const auto says_nothing_of_it
    = [](const auto& entry) { return entry.key == "senders"; };
  if (x.is != kind::broken
      && std::all_of(x.entries.begin(), x.entries.end(), says_nothing_of_it))
    r.complain(x.at, r.subject()
                       + " has neither `password` nor `scram`: "
                         "nobody could log in with it");
}

void read_users(const yaml_value& x, std::map<std::string, user>& out,
                report& r) {
  if (!want_map(x, r))
    return;
  for (const auto& entry : x.entries) {
    const report::scope in(r, entry.key);
    if (!is_user_name(entry.key))
      r.complain(entry.at, "a user's name has from 1 to 255 octets of UTF-8, "
                           "without spaces and control characters");
    read_user(entry.value, out[entry.key], r);
  }
}

constexpr key<auth_source> keys[] = {
  {"type", into<&auth_source::type, read_type>,
   "command, users (in this file), or directory (in the database).", true},
  {"run", into<&auth_source::run, read_program>,
   "Of a command: the program with its arguments; no shell."},
  {"timeout", into<&auth_source::timeout, time{1, 300}>,
   "Of a command: how long it may take; over it 454."},
  {"workers", into<&auth_source::workers, count{1, 1024}>,
   "Of a command: how many run at a time."},
  {"users", into<&auth_source::users, read_users>,
   "Of users: names with their password's hash, or more of each."},
};

constexpr belonging<source_kind> belongings[]
  = {{"run", source_kind::command, true},
     {"timeout", source_kind::command},
     {"workers", source_kind::command},
     {"users", source_kind::users, true}};

void read_source(const yaml_value& x, auth_source& out, report& r) {
  read_map(x, keys, out, r);
  check_belongings(x, types, belongings, "sources", r);
}

} // namespace

void read_auth(const yaml_value& x, std::vector<auth_source>& out, report& r) {
  read_list<read_source>(x, out, r);
  const auto is_directory
    = [](const auto& y) { return y.type == source_kind::directory; };
  const auto first = std::find_if(out.begin(), out.end(), is_directory);
  for (auto i = first; i != out.end(); ++i)
    if (i != first && is_directory(*i))
      r.complain(
        x.items[static_cast<std::size_t>(i - out.begin())].at,
        "the directory is asked already, in line "
          + std::to_string(
            x.items[static_cast<std::size_t>(first - out.begin())].at.line));
}

void describe_auth(std::vector<known_key>& out) {
  describe(out, "auth[].", keys);
  describe(out, "auth[].users.*.", user_keys);
}

} // namespace stagepost::config
