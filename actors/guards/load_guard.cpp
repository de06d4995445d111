#include "actors/guards/load_guard.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <sys/statvfs.h>

namespace stagepost {

namespace {

constexpr std::chrono::seconds between_looks{1};
constexpr std::chrono::seconds before_better{10};
constexpr std::uint64_t fewest_files = 1000;

std::string mebibytes(std::uint64_t octets) {
  return std::to_string(octets >> 20U) + " MiB";
}

} // namespace

const char* name_of(load_level x) noexcept {
  switch (x) {
    case load_level::fine:
      return "fine";
    case load_level::scarce:
      return "scarce";
    case load_level::exhausted:
      return "exhausted";
  }
  return "";
}

result<disk_room> room_on_disk(const std::string& folder) {
  struct statvfs x {};
  int failed = -1;
  do
    failed = statvfs(folder.c_str(), &x);
  while (failed != 0 && errno == EINTR);
  if (failed != 0)
    return boost::system::error_code{errno, boost::system::system_category()};
  // File systems that make inodes as they go say that there are none at all.
  return disk_room{std::uint64_t{x.f_bavail} * x.f_frsize,
                   x.f_files == 0 ? std::numeric_limits<std::uint64_t>::max()
                                  : std::uint64_t{x.f_favail}};
}

load_level load_guard::level() const noexcept {
  return std::max(memory_level(), disk_level_.load(std::memory_order_relaxed));
}

load_level load_guard::memory_level() const noexcept {
  const auto most = content_memory_.load(std::memory_order_relaxed);
  const auto now = held();
  if (most == 0 || now < most - most / 4)
    return load_level::fine;
  return now < most - most / 20 ? load_level::scarce : load_level::exhausted;
}

void load_guard::look_at_disk() {
  const std::uint64_t least = least_disk_;
  if (least == 0) {
    free_disk_ = 0;
    disk_level_ = load_level::fine;
    return;
  }
  auto level = load_level::fine;
  if (const auto room = disk_(); !room) {
    level = load_level::scarce;
    disk_words_ = "can't tell the room on disk: " + room.error().message();
  } else {
    free_disk_ = room->octets;
    if (room->octets < least) {
      level
        = room->octets < least / 2 ? load_level::exhausted : load_level::scarce;
      disk_words_
        = mebibytes(room->octets) + " free on disk, limit " + mebibytes(least);
    } else if (room->files < fewest_files) {
      level = load_level::scarce;
      disk_words_
        = "the disk takes only " + std::to_string(room->files) + " more files";
    }
  }
  disk_level_ = level;
}

std::string load_guard::in_words() const {
  const auto memory = memory_level();
  if (std::max(memory, disk_level_.load()) == load_level::fine)
    return {};
  if (memory < disk_level_)
    return disk_words_;
  return mebibytes(held()) + " of mail coming in, limit "
         + mebibytes(content_memory_);
}

std::optional<load_guard::change> load_guard::observe(time_point now) {
  const std::unique_lock lock{observing_, std::try_to_lock};
  if (!lock)
    return std::nullopt; // somebody does, and may wait for the disk
  if (now >= next_look_) {
    next_look_ = now + between_looks;
    look_at_disk();
  }
  const auto is = level();
  if (is == told_) {
    better_since_.reset();
    return std::nullopt;
  }
  if (is < told_) {
    if (!better_since_)
      better_since_ = now;
    if (now - *better_since_ < before_better)
      return std::nullopt;
  }
  better_since_.reset();
  return change{std::exchange(told_, is), is, in_words()};
}

bool load_guard::share::resize(std::uint64_t octets) noexcept {
  if (of_ == nullptr)
    return true;
  auto& all = of_->held_;
  const auto most = of_->content_memory_.load(std::memory_order_relaxed);
  if (octets > held_) {
    const auto more = octets - held_;
    const auto before = all.fetch_add(more, std::memory_order_relaxed);
    if (most != 0 && (before > most || more > most - before)) {
      all.fetch_sub(more, std::memory_order_relaxed);
      return false;
    }
  } else if (octets < held_) {
    all.fetch_sub(held_ - octets, std::memory_order_relaxed);
  }
  held_ = octets;
  return true;
}

bool under_stress(std::uint32_t clients, std::uint32_t most,
                  std::uint32_t percent) noexcept {
  return percent < 100
         && std::uint64_t{clients} * 100 >= std::uint64_t{most} * percent;
}

} // namespace stagepost
