#include "storage/pq/connection.hpp"

#include "storage/pq/parameters.hpp"
#include "storage/pq/wire.hpp"

#include <array>

namespace stagepost::storage::pq {

namespace {

PGconn* connect(const std::string& text) {
  // The later word for the same thing wins, and dbname is spread out in its
  // place: these are only defaults.
  const std::array names{"connect_timeout",
                         "keepalives_idle",
                         "keepalives_interval",
                         "keepalives_count",
                         "tcp_user_timeout",
                         "application_name",
                         "dbname",
                         static_cast<const char*>(nullptr)};
  const std::array values{
    "10",    "10",        "5",          "4",
    "30000", "stagepost", text.c_str(), static_cast<const char*>(nullptr)};
  return PQconnectdbParams(names.data(), values.data(), 1);
}

bool good(const PGresult* x) {
  const auto status = PQresultStatus(x);
  return status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK;
}

} // namespace

std::string_view rows::octets(int row, int column) const noexcept {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<std::size_t>(PQgetlength(result_.get(), row, column))};
}

std::int64_t rows::integer(int row, int column) const {
  const auto x = octets(row, column);
  switch (x.size()) {
    case 2:
      return static_cast<std::int16_t>(get_big_endian(x));
    case 4:
      return static_cast<std::int32_t>(get_big_endian(x));
    case 8:
      return static_cast<std::int64_t>(get_big_endian(x));
    default:
      throw database_error("the server sent a number of "
                           + std::to_string(x.size()) + " octets");
  }
}

connection::connection(const std::string& text)
  : link_(connect(text), &PQfinish) {
  if (PQstatus(link_.get()) != CONNECTION_OK)
    fail();
  // Notices would go to our standard error as they are, between the lines of
  // the log; what matters comes as an error too.
  PQsetNoticeProcessor(
    link_.get(), [](void*, const char*) {}, nullptr);
  execute("set client_encoding = 'UTF8'");
}

void connection::fail() const {
  throw database_error(PQerrorMessage(link_.get()));
}

void connection::refuse(const PGresult* x) const {
  if (x == nullptr)
    fail();
  const char* state = PQresultErrorField(x, PG_DIAG_SQLSTATE);
  const std::string why = PQresultErrorMessage(x);
  if (state != nullptr && state == fence_state)
    throw fenced_off(why);
  throw database_error(state == nullptr ? why : why + " [" + state + "]");
}

rows connection::execute(const char* sql) {
  PGresult* x = PQexec(link_.get(), sql);
  rows owner(x);
  if (!good(x))
    refuse(x);
  return owner;
}

void connection::prepare(const char* name, const char* sql) {
  PGresult* x = PQprepare(link_.get(), name, sql, 0, nullptr);
  const rows owner(x);
  if (!good(x))
    refuse(x);
}

rows connection::query(const char* name, const parameters& p) {
  PGresult* x = PQexecPrepared(link_.get(), name, p.size(), p.values(),
                               p.lengths(), p.formats(), 1);
  rows owner(x);
  if (!good(x))
    refuse(x);
  return owner;
}

void connection::enter_pipeline() {
  if (PQenterPipelineMode(link_.get()) != 1)
    fail();
}

void connection::send(const char* name, const parameters& p) {
  if (PQsendQueryPrepared(link_.get(), name, p.size(), p.values(), p.lengths(),
                          p.formats(), 1)
      != 1)
    fail();
  ++pending_;
}

void connection::synchronize() {
  if (PQpipelineSync(link_.get()) != 1)
    fail();
  // Each statement answers with a result and a null pointer; the commit is
  // certain only when the end of the pipeline has answered.
  for (; pending_ > 0; --pending_) {
    PGresult* x = PQgetResult(link_.get());
    const rows owner(x);
    if (!good(x))
      refuse(x);
    if (const rows more(PQgetResult(link_.get())); !more.empty())
      throw database_error("the server answered out of step");
  }
  PGresult* end = PQgetResult(link_.get());
  const rows owner(end);
  if (PQresultStatus(end) != PGRES_PIPELINE_SYNC)
    refuse(end);
  if (PQexitPipelineMode(link_.get()) != 1)
    fail();
}

} // namespace stagepost::storage::pq
