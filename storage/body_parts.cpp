#include "storage/body_parts.hpp"

#include "storage/pq/connection.hpp"
#include "storage/pq/parameters.hpp"

#include <cerrno>
#include <system_error>

namespace stagepost::storage {

body_part_writer::body_part_writer(std::string connection_string)
  : connection_string_(std::move(connection_string)) {
}

body_part_writer::~body_part_writer() = default;

void body_part_writer::write(queue::id id, const content& x) {
  if (!link_) {
    auto link = std::make_unique<pq::connection>(connection_string_);
    // No wait for the disk here: the log is written in order, so the commit
    // of the message row makes these durable before it answers.
    link->execute("set synchronous_commit = off");
    link->prepare(
      "part", "insert into mail.queue_body_part(id, part, octets) values "
              "($1::bigint, $2::integer, $3::bytea) on conflict do nothing");
    link_ = std::move(link);
  }
  std::string octets(part_size, '\0');
  std::int32_t number = 0;
  for (std::uint64_t at = 0; at < x.size(); at += part_size) {
    const auto n = x.read(at, octets);
    if (n != std::min<std::uint64_t>(part_size, x.size() - at))
      throw std::system_error(EIO, std::generic_category(),
                              "content shorter than its size");
    pq::parameters p;
    p.add(static_cast<std::int64_t>(id.value()))
      .add(number++)
      .add(std::string_view(octets).substr(0, n));
    try {
      link_->query("part", p);
    } catch (...) {
      link_.reset();
      throw;
    }
  }
}

} // namespace stagepost::storage
