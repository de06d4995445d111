#include "storage/postgres/bootstrap.hpp"

#include "storage/pq/connection.hpp"

#include <stdexcept>

namespace stagepost::storage::postgres {

namespace {

std::string quoted(const std::string& value) {
  std::string out = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\')
      out += '\\';
    out += c;
  }
  return out + "'";
}

std::string as_superuser(const std::string& socket_directory) {
  return connection_string(socket_directory, "postgres", "postgres");
}

} // namespace

std::string connection_string(const std::string& socket_directory,
                              const std::string& role,
                              const std::string& database) {
  return "host=" + quoted(socket_directory) + " port=5432 user=" + role
         + " dbname=" + database;
}

readiness ask(const std::string& socket_directory) {
  // A server that hangs takes the connection and says nothing.
  const auto hasty = as_superuser(socket_directory) + " connect_timeout=2";
  switch (PQping(hasty.c_str())) {
    case PQPING_OK:
      return readiness::ready;
    case PQPING_REJECT:
      return readiness::recovering;
    default:
      return readiness::silent;
  }
}

void make_database(const std::string& socket_directory) {
  pq::connection server(as_superuser(socket_directory));
  if (server.execute("select from pg_roles where rolname = 'stagepost'").size()
      == 0)
    server.execute("create role stagepost login");
  if (server.execute("select from pg_database where datname = 'stagepost'")
        .size()
      == 0)
    server.execute("create database stagepost owner stagepost");
}

} // namespace stagepost::storage::postgres
