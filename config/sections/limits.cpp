#include "config/readers.hpp"
#include "config/sections/sections.hpp"

namespace stagepost::config {

namespace {

constexpr std::uint64_t kib = 1U << 10U;
constexpr std::uint64_t mib = 1U << 20U;
constexpr std::uint64_t gib = 1U << 30U;
/// PostgreSQL holds up to 1 GiB in one value; half of it leaves room to escape.
constexpr std::uint64_t largest_message = 512 * mib;

using x = limits_section;

constexpr key<limits_section> keys[] = {
  {"max_clients", into<&x::max_clients, count{1, 1'000'000}>,
   "Connections at a time; over it 421 and close."},
  {"max_clients_per_host", into<&x::max_clients_per_host, count{1, 1'000'000}>,
   "Connections at a time of one IP address."},
  {"message_size", into<&x::message_size, size{kib, largest_message}>,
   "The largest message; over it 552."},
  {"recipients", into<&x::recipients, count{1, 100'000}>,
   "Recipients of one message; over it 452."},
  {"unknown_commands", into<&x::unknown_commands, count{1, 10'000}>,
   "Unknown commands of one session; over it 421 and close."},
  {"session_idle", into<&x::session_idle, time{1, 24 * 3600}>,
   "Silence of a client; over it 421 and close."},
  {"queue_memory", into<&x::queue_memory, size{mib, 1024 * gib}>,
   "Undelivered bodies kept in memory; over it 452."},
};

} // namespace

void read_limits(const yaml_value& value, limits_section& out, report& r) {
  read_map(value, keys, out, r);
}

void read_own_limits(const yaml_value& value, limits_section& out, report& r) {
  read_map(value, keys, out, r);
  if (const auto* entry = value.find("queue_memory"))
    r.complain(entry->at,
               "`queue_memory` is the whole node's: it stands in the "
               "section `limits`");
}

void describe_limits(std::vector<known_key>& out) {
  describe(out, "limits.", keys);
}

} // namespace stagepost::config
