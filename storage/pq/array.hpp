#pragma once

#include "storage/pq/wire.hpp"
#include "storage/text.hpp"

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace stagepost::storage::pq {

/// The server's numbers for the types that we send arrays of.
enum class element : std::uint32_t {
  bytea = 17,
  bigint = 20,
  smallint = 21,
  integer = 23,
  text = 25,
  timestamptz = 1184,
};

/// A one-dimensional array in the server's binary format. Meant to be kept
/// and filled again: `clear` keeps its memory.
class array {
public:
  explicit array(element type) : type_(type) {
    clear();
  }

  void clear();
  /// A number or a timestamp of the type's width.
  template <std::signed_integral T>
  void add(T x) {
    put_big_endian(octets_, static_cast<std::int32_t>(sizeof x));
    put_big_endian(octets_, x);
    ++count_;
  }
  void add_null();
  /// As text: see `append_database_text`.
  void add_text(std::string_view x);
  /// `size` octets that the caller fills.
  char* add_octets(std::size_t size);

  [[nodiscard]] std::size_t size() const noexcept {
    return count_;
  }
  /// The array as it goes over the wire, valid until it is changed.
  [[nodiscard]] std::string_view wire();

private:
  element type_;
  bool has_null_ = false;
  std::size_t count_ = 0;
  std::string octets_;
};

} // namespace stagepost::storage::pq
