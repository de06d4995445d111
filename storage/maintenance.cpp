#include "storage/maintenance.hpp"

#include <pqxx/pqxx>

#include <ctime>
#include <stdexcept>
#include <vector>

namespace stagepost::storage {

namespace {

using day = std::chrono::sys_days;

constexpr const char* prefix = "delivery_event_2";

std::string text(day x, const char* format) {
  const auto seconds = std::chrono::system_clock::to_time_t(x);
  std::tm parts{};
  gmtime_r(&seconds, &parts);
  char out[16];
  out[std::strftime(out, sizeof out, format, &parts)] = '\0';
  return out;
}

std::string name(day x) {
  return "delivery_event_" + text(x, "%Y%m%d");
}

std::string limit(day x) {
  return "'" + text(x, "%Y-%m-%d") + " 00:00+00'";
}

bool exists(pqxx::work& work, const std::string& table) {
  return !work.exec("select to_regclass('mail." + table + "')")[0][0].is_null();
}

// Made apart and attached: this lets inserts into other days go on, as
// `create table … partition of` does not.
void make_day(pqxx::connection& link, day x) {
  pqxx::work work(link);
  work.exec("select pg_advisory_xact_lock(hashtext('stagepost partitions'))");
  if (exists(work, name(x)))
    return;
  const auto table = "mail." + name(x);
  const auto from = limit(x);
  const auto until = limit(x + std::chrono::days(1));
  work.exec("set local lock_timeout = '5s'");
  work.exec("create table " + table
            + " (like mail.delivery_event including all)");
  work.exec("lock table mail.delivery_event_other in access exclusive mode");
  work.exec("with moved as (delete from mail.delivery_event_other where at >= "
            + from + " and at < " + until + " returning *) insert into " + table
            + " select * from moved");
  work.exec("alter table mail.delivery_event attach partition " + table
            + " for values from (" + from + ") to (" + until + ")");
  work.commit();
}

std::vector<std::string> days_before(pqxx::connection& link, day first_kept) {
  pqxx::work work(link);
  std::vector<std::string> found;
  const auto rows = work.exec(
    "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid "
    "where i.inhparent = 'mail.delivery_event'::regclass and c.relname like '"
    + std::string(prefix) + "%' and c.relname < '" + name(first_kept)
    + "' order by 1");
  for (const auto& row : rows)
    found.emplace_back(row[0].c_str());
  return found;
}

// Waiting for a long reader, a report say, would make every writer wait
// behind us: rather try again tomorrow.
void drop(pqxx::connection& link, const std::string& table) {
  try {
    pqxx::work work(link);
    work.exec("set local lock_timeout = '2s'");
    work.exec("drop table if exists mail." + table);
    work.commit();
  } catch (const pqxx::sql_error& e) {
    if (e.sqlstate() != "55P03") // lock_not_available
      throw;
  }
}

template <class F>
auto guarded(const std::string& what, F work) {
  try {
    return work();
  } catch (const pqxx::failure& e) {
    throw std::runtime_error(what + ": " + e.what());
  }
}

} // namespace

void maintain_partitions(const std::string& connection_string, int days_kept,
                         std::chrono::system_clock::time_point now) {
  guarded("the delivery log's partitions", [&] {
    pqxx::connection link(connection_string);
    const auto today = std::chrono::floor<std::chrono::days>(now);
    make_day(link, today);
    make_day(link, today + std::chrono::days(1));
    const auto first_kept = today - std::chrono::days(days_kept);
    for (const auto& table : days_before(link, first_kept))
      drop(link, table);
    pqxx::work work(link);
    work.exec("delete from mail.delivery_event_other where at < "
              + limit(first_kept));
    work.commit();
  });
}

std::uint64_t highest_id(const std::string& connection_string,
                         std::uint16_t shard) {
  return guarded("the queue's ids", [&] {
    pqxx::connection link(connection_string);
    pqxx::work work(link);
    const auto mine = " >> 12) & 1023 = " + std::to_string(shard);
    // By the primary keys, from their ends; the log of two days will do.
    const auto found = work.exec(
      "select greatest("
      "(select id from mail.queue_message where (id"
      + mine
      + " order by id desc limit 1), "
        "(select message_id from mail.delivery_event where (message_id"
      + mine
      + " and at > now() - interval '2 days' "
        "order by message_id desc limit 1), 0)");
    return found[0][0].as<std::uint64_t>();
  });
}

std::uint64_t sweep_orphaned_parts(const std::string& connection_string,
                                   std::uint16_t shard) {
  return guarded("parts of large bodies", [&] {
    pqxx::connection link(connection_string);
    pqxx::work work(link);
    const auto gone = work.exec(
      "with gone as (delete from mail.queue_body_part p"
      " where (p.id >> 12) & 1023 = "
      + std::to_string(shard)
      + " and not exists (select from mail.queue_message m where m.id = p.id)"
        " returning p.id) select count(distinct id) from gone");
    work.commit();
    return gone[0][0].as<std::uint64_t>();
  });
}

} // namespace stagepost::storage
