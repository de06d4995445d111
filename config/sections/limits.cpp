#include "config/readers.hpp"
#include "config/sections/sections.hpp"

namespace stagepost::config {

namespace {

constexpr std::uint64_t kib = 1U << 10U;
constexpr std::uint64_t mib = 1U << 20U;
constexpr std::uint64_t gib = 1U << 30U;
/// PostgreSQL holds up to 1 GiB in one value; half of it leaves room to escape.
constexpr std::uint64_t largest_message = 512 * mib;

constexpr count per_minute{0, 1'000'000};

using rates = rates_section;

constexpr key<rates> rate_keys[] = {
  {"client_connections", into<&rates::client_connections, per_minute>,
   "Connections of one client; over it 421 and close."},
  {"client_messages", into<&rates::client_messages, per_minute>,
   "Messages of one client; over it 450."},
  {"client_recipients", into<&rates::client_recipients, per_minute>,
   "Recipients of one client; over it 450."},
  {"user_messages", into<&rates::user_messages, per_minute>,
   "Messages of one user; over it 450."},
  {"user_recipients", into<&rates::user_recipients, per_minute>,
   "Recipients of one user; over it 450."},
  {"sender_messages", into<&rates::sender_messages, per_minute>,
   "Messages of one sender address; over it 450."},
  {"sender_recipients", into<&rates::sender_recipients, per_minute>,
   "Recipients of one sender address; over it 450."},
};

void read_rates(const yaml_value& x, rates_section& out, report& r) {
  read_map(x, rate_keys, out, r);
}

/// A line as long as RFC 5321 (4.5.3.1.6) allows must pass.
void read_text_line(const yaml_value& x, std::uint64_t& out, report& r) {
  constexpr std::uint64_t shortest = 1000;
  auto octets = out;
  size{0, largest_message}(x, octets, r);
  if (octets == 0 || octets >= shortest)
    out = octets;
  else
    refuse_range(x, r, "1000 (or 0: no limit)", show_size(largest_message));
}

constexpr seconds::rep hour = 3600;
constexpr seconds::rep day = 24 * hour;

using x = limits_section;

constexpr key<limits_section> keys[] = {
  {"max_clients", into<&x::max_clients, count{1, 1'000'000}>,
   "Connections at a time; over it 421 and close."},
  {"max_clients_per_host", into<&x::max_clients_per_host, count{1, 1'000'000}>,
   "Connections at a time of one client; over it 421 and close."},
  {"message_size", into<&x::message_size, size{kib, largest_message}>,
   "The largest message; over it 552."},
  {"recipients", into<&x::recipients, count{1, 100'000}>,
   "Recipients of one message; over it 452."},
  {"unknown_commands", into<&x::unknown_commands, count{1, 10'000}>,
   "Unknown commands of one session; over it 421 and close."},
  {"session_idle", into<&x::session_idle, time{1, day}>,
   "Silence of a client; over it 421 and close."},
  {"messages_per_connection",
   into<&x::messages_per_connection, count{0, 1'000'000}>,
   "Messages of one session; over it 421 and close."},
  {"recipients_per_connection",
   into<&x::recipients_per_connection, count{0, 10'000'000}>,
   "Recipients of one session; over it 421 and close."},
  {"session_total", into<&x::session_total, time{0, 30 * day}>,
   "How long a session may be; over it 421 between commands."},
  {"command_time", into<&x::command_time, time{1, hour}>,
   "From a command's first octet to its last; over it 421 and close."},
  {"minimum_rate", into<&x::minimum_rate, count{0, 1'000'000}>,
   "Octets a second that content comes at; under it 421 and close."},
  {"auth_failures", into<&x::auth_failures, count{1, 1000}>,
   "Failed logins of one session; then 421 and close."},
  {"header_size", into<&x::header_size, size{kib, 64 * mib}>,
   "Octets of a message's header; over it 554."},
  {"header_fields", into<&x::header_fields, count{10, 100'000}>,
   "Fields of a message's header; over it 554."},
  {"received_fields", into<&x::received_fields, count{1, 10'000}>,
   "Received fields of a message; over it 554, a loop."},
  {"text_line", into<&x::text_line, read_text_line>,
   "Octets of a line of a message; over it 554."},
  {"per_minute", into<&x::per_minute, read_rates>,
   "How much may come in within a minute."},
  {"queue_memory", into<&x::queue_memory, size{mib, 1024 * gib}>,
   "Undelivered bodies kept in memory; over it 452."},
  {"content_memory", into<&x::content_memory, size{mib, 1024 * gib}>,
   "Mail coming in kept in memory; over it 452."},
  {"free_disk", into<&x::free_disk, size{0, 1024 * 1024 * gib}>,
   "Room left in data_dir; under it 452, under half of it 421."},
  {"stress", into<&x::stress, count{10, 100}>,
   "Percent of max_clients from which sessions are under stress."},
};

/// What is not any single listener's to spend.
constexpr std::string_view node_keys[]
  = {"queue_memory", "content_memory", "free_disk"};

} // namespace

void read_limits(const yaml_value& value, limits_section& out, report& r) {
  read_map(value, keys, out, r);
}

void read_own_limits(const yaml_value& value, limits_section& out, report& r) {
  read_map(value, keys, out, r);
  for (const auto name : node_keys)
    if (const auto* entry = value.find(name))
      r.complain(entry->at, backquoted(name)
                              + " is the whole node's: it stands in the "
                                "section `limits`");
}

void describe_limits(std::vector<known_key>& out) {
  describe(out, "limits.", keys);
  describe(out, "limits.per_minute.", rate_keys);
}

} // namespace stagepost::config
