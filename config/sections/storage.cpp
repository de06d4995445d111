#include "config/readers.hpp"
#include "config/sections/sections.hpp"

#include <algorithm>

namespace stagepost::config {

namespace {

/// A message's id has 10 bits for the shard that holds it.
constexpr std::size_t most_shards = 1024;

bool is_uri(const std::string& text) {
  return (text.starts_with("postgresql://") || text.starts_with("postgres://"))
         && std::none_of(text.begin(), text.end(), [](char c) {
              return static_cast<unsigned char>(c) <= ' ' || c == 0x7f;
            });
}

void read_uri(const yaml_value& x, std::string& out, report& r, bool embedded) {
  if (x.is == yaml_value::kind::broken)
    return;
  if (x.is == yaml_value::kind::text
      && (is_uri(x.text) || (embedded && x.text == "embedded")))
    out = x.text;
  else
    r.complain(x.at, r.subject() + " wants "
                       + (embedded ? "`embedded` or " : "")
                       + "a URI such as postgresql://user@host:5432/database");
}

void read_database(const yaml_value& x, std::string& out, report& r) {
  read_uri(x, out, r, true);
}

constexpr key<shard> shard_keys[] = {
  {"name", into<&shard::name, read_name>, "The shard's name, once a node.",
   true},
  {"postgres", into<&shard::postgres, read_postgres_uri>,
   "The shard's own database; without it that of `storage`."},
};

void read_shard(const yaml_value& x, shard& out, report& r) {
  if (x.is == yaml_value::kind::text)
    read_name(x, out.name, r);
  else
    read_map(x, shard_keys, out, r);
}

void read_shards(const yaml_value& x, std::vector<shard>& out, report& r) {
  read_list<read_shard>(x, out, r);
  if (x.is != yaml_value::kind::list && x.is != yaml_value::kind::empty)
    return;
  if (out.empty() || out.size() > most_shards)
    r.complain(x.at, "`shards` wants from 1 to 1024 shards, not "
                       + std::to_string(out.size()));
}

constexpr key<storage_section> keys[] = {
  {"postgres", into<&storage_section::postgres, read_database>,
   "`embedded`: a private PostgreSQL in `data_dir`; or a URI."},
  {"shards", into<&storage_section::shards, read_shards>,
   "The queue's shards: names, or {name, postgres}."},
};

} // namespace

void read_postgres_uri(const yaml_value& x, std::string& out, report& r) {
  read_uri(x, out, r, false);
}

void read_storage(const yaml_value& x, storage_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_storage(std::vector<known_key>& out) {
  describe(out, "storage.", keys);
  describe(out, "storage.shards[].", shard_keys);
}

} // namespace stagepost::config
