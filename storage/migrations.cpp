#include "storage/migrations.hpp"

#include "storage/migrations/steps.hpp"

#include <pqxx/pqxx>

#include <stdexcept>

namespace stagepost::storage {

namespace {

int version_of(pqxx::work& work) {
  const auto found
    = work.exec("select value from mail.meta where key = 'schema_version'");
  return found.empty() ? 0 : found[0][0].as<int>();
}

int bring_up(pqxx::connection& link) {
  constexpr int newest = static_cast<int>(migrations::steps.size());
  {
    pqxx::work work(link);
    const auto encoding = work.exec("show server_encoding");
    if (std::string(encoding[0][0].c_str()) != "UTF8")
      throw std::runtime_error(
        std::string("the database is encoded in ") + encoding[0][0].c_str()
        + ": make one with `create database … encoding 'UTF8' template "
          "template0`");
    // Held until the connection ends: the other node finds the work done.
    work.exec("select pg_advisory_lock(hashtext('stagepost schema'))");
    work.exec("set client_min_messages = warning");
    work.exec("create schema if not exists mail");
    work.exec("create table if not exists mail.meta("
              "key text primary key, value text not null)");
    work.commit();
  }
  for (;;) {
    pqxx::work work(link);
    const int version = version_of(work);
    if (version > newest)
      throw std::runtime_error(
        "the database has schema version " + std::to_string(version)
        + ", but this stagepost knows only up to " + std::to_string(newest)
        + ": run the stagepost that made it, or a newer one");
    if (version == newest)
      return version;
    work.exec(
      std::string(*migrations::steps.at(static_cast<std::size_t>(version))));
    const auto next = std::to_string(version + 1);
    work.exec("insert into mail.meta values ('schema_version', '" + next
              + "') on conflict (key) do update set value = excluded.value");
    work.commit();
  }
}

} // namespace

int migrate(const std::string& connection_string) {
  try {
    pqxx::connection link(connection_string);
    return bring_up(link);
  } catch (const pqxx::failure& e) {
    throw std::runtime_error(std::string("the schema could not be made: ")
                             + e.what());
  }
}

} // namespace stagepost::storage
