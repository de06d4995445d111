#pragma once

#include "storage/error.hpp"

#include <cstdint>
#include <libpq-fe.h>
#include <memory>
#include <string>
#include <string_view>

namespace stagepost::storage::pq {

class parameters;

/// Rows that the server answered with, in the binary format where a prepared
/// statement was asked. Valid as long as this object.
class rows {
public:
  explicit rows(PGresult* x) : result_(x, &PQclear) {
  }
  [[nodiscard]] int size() const noexcept {
    return PQntuples(result_.get());
  }
  /// There is no answer at all.
  [[nodiscard]] bool empty() const noexcept {
    return result_ == nullptr;
  }
  [[nodiscard]] bool is_null(int row, int column) const noexcept {
    return PQgetisnull(result_.get(), row, column) == 1;
  }
  /// Text and bytea as they are; anything else as the wire has it.
  [[nodiscard]] std::string_view octets(int row, int column) const noexcept;
  /// A smallint, integer, bigint or timestamp (microseconds since 2000).
  /// Throws database_error if the value is of another length.
  [[nodiscard]] std::int64_t integer(int row, int column) const;

private:
  std::unique_ptr<PGresult, decltype(&PQclear)> result_;
};

/// A libpq connection that closes itself. Everything throws database_error;
/// after that nothing is known of the transaction.
class connection {
public:
  /// @param text  A connection string or URI; what it does not say of
  ///   time-outs is set so that a peer that vanished is noticed in 30 s.
  explicit connection(const std::string& text);

  /// Runs SQL without parameters, for an answer in text.
  rows execute(const char* sql);
  void prepare(const char* name, const char* sql);
  /// Runs a prepared statement, for an answer in binary.
  rows query(const char* name, const parameters& x);

  /// Puts a prepared statement into the pipeline.
  void send(const char* name, const parameters& x);
  void enter_pipeline();
  /// Ends the transaction that the statements of the pipeline are, and takes
  /// all answers. Throws fenced_off if one of them raised `fence_state`.
  void synchronize();

  /// The SQLSTATE with which the schema's fence refuses a late owner.
  static constexpr std::string_view fence_state = "SF001";

private:
  [[noreturn]] void fail() const;
  [[noreturn]] void refuse(const PGresult* x) const;

  std::unique_ptr<PGconn, decltype(&PQfinish)> link_;
  int pending_ = 0;
};

} // namespace stagepost::storage::pq
