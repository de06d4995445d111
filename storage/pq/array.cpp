#include "storage/pq/array.hpp"

namespace stagepost::storage::pq {

namespace {

// Dimensions, whether there are nulls, type; length and first index of the
// only dimension. Then each element: its length, its octets.
constexpr std::size_t header_size = 20;

template <std::integral T>
void overwrite(std::string& out, std::size_t at, T x) {
  std::string octets;
  put_big_endian(octets, x);
  out.replace(at, octets.size(), octets);
}

} // namespace

void array::clear() {
  octets_.assign(header_size, '\0');
  count_ = 0;
  has_null_ = false;
}

void array::add_null() {
  put_big_endian(octets_, std::int32_t{-1});
  has_null_ = true;
  ++count_;
}

void array::add_text(std::string_view x) {
  const auto start = octets_.size();
  octets_.append(4, '\0');
  append_database_text(octets_, x);
  overwrite(octets_, start,
            static_cast<std::int32_t>(octets_.size() - start - 4));
  ++count_;
}

char* array::add_octets(std::size_t size) {
  put_big_endian(octets_, static_cast<std::int32_t>(size));
  octets_.resize(octets_.size() + size);
  ++count_;
  return octets_.data() + octets_.size() - size;
}

std::string_view array::wire() {
  overwrite(octets_, 0, std::int32_t{1});
  overwrite(octets_, 4, std::int32_t{has_null_ ? 1 : 0});
  overwrite(octets_, 8, static_cast<std::uint32_t>(type_));
  overwrite(octets_, 12, static_cast<std::int32_t>(count_));
  overwrite(octets_, 16, std::int32_t{1});
  return octets_;
}

} // namespace stagepost::storage::pq
