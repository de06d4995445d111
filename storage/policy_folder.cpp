#include "storage/policy_folder.hpp"

#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <optional>
#include <system_error>
#include <utility>

namespace stagepost::storage {

namespace fs = std::filesystem;

namespace {

/// No domain begins with a dot.
constexpr auto half_written = "/.new";

constexpr std::size_t longest_text = 64U << 10U;

std::optional<kept_policy> read(const fs::path& file) {
  std::ifstream from(file, std::ios::binary);
  kept_policy out;
  std::int64_t seconds = 0;
  if (!(from >> out.id >> seconds) || from.get() != '\n')
    return std::nullopt;
  out.domain = file.filename().string();
  out.fetched
    = std::chrono::system_clock::time_point{std::chrono::seconds(seconds)};
  out.text.resize(longest_text);
  from.read(out.text.data(), static_cast<std::streamsize>(out.text.size()));
  out.text.resize(static_cast<std::size_t>(from.gcount()));
  return out;
}

} // namespace

policy_folder::policy_folder(std::string path) : path_(std::move(path)) {
  fs::create_directories(path_);
}

std::vector<kept_policy> policy_folder::load() const {
  std::vector<kept_policy> out;
  std::error_code ec;
  for (fs::directory_iterator i(path_, ec), end; !ec && i != end;
       i.increment(ec))
    if (!i->path().filename().string().starts_with('.'))
      if (auto x = read(i->path()))
        out.push_back(*std::move(x));
  return out;
}

std::string policy_folder::save(const kept_policy& x) const {
  const auto name = path_ + half_written;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(
    x.fetched.time_since_epoch());
  std::ofstream to(name, std::ios::binary | std::ios::trunc);
  to << x.id << ' ' << seconds.count() << '\n' << x.text;
  to.close();
  std::error_code ec;
  if (to)
    fs::rename(name, path_ + '/' + x.domain, ec);
  else
    ec.assign(errno, std::generic_category());
  return ec ? ec.message() : std::string{};
}

void policy_folder::remove(const std::string& domain) const {
  std::error_code ignored;
  fs::remove(path_ + '/' + domain, ignored);
}

} // namespace stagepost::storage
