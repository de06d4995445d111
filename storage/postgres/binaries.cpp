#include "storage/postgres/binaries.hpp"

#include "storage/postgres/child.hpp"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace stagepost::storage::postgres {

namespace {

namespace fs = std::filesystem;

bool complete(const std::string& directory) {
  return ::access((directory + "/initdb").c_str(), X_OK) == 0
         && ::access((directory + "/postgres").c_str(), X_OK) == 0;
}

std::string first_line(const std::string& path, const char* argument) {
  std::string output;
  program x;
  x.arguments = {path, argument};
  x.who.name = "ourselves";
  if (run_program(x, output) != 0)
    return {};
  return output.substr(0, output.find('\n'));
}

// "postgres (PostgreSQL) 15.20 (Debian 15.20-0+deb12u1)"
int program_major(const std::string& directory) {
  const auto line = first_line(directory + "/postgres", "-V");
  const auto at = line.find_first_of("0123456789");
  return at == std::string::npos ? 0 : std::atoi(line.c_str() + at);
}

std::vector<binaries> installed() {
  std::vector<binaries> found;
  std::error_code ignored;
  // Debian's places, then those of PostgreSQL's own RPM packages.
  for (const auto& entry :
       fs::directory_iterator("/usr/lib/postgresql", ignored)) {
    const int major = std::atoi(entry.path().filename().c_str());
    const auto directory = (entry.path() / "bin").string();
    if (major > 0 && complete(directory))
      found.push_back({directory, major});
  }
  for (const auto& entry : fs::directory_iterator("/usr", ignored)) {
    const auto name = entry.path().filename().string();
    const auto directory = (entry.path() / "bin").string();
    if (name.starts_with("pgsql-") && complete(directory))
      found.push_back({directory, std::atoi(name.c_str() + 6)});
  }
  if (found.empty() && ::access("/usr/bin/pg_config", X_OK) == 0) {
    const auto directory = first_line("/usr/bin/pg_config", "--bindir");
    if (complete(directory))
      found.push_back({directory, program_major(directory)});
  }
  std::ranges::sort(found, std::greater{}, &binaries::major);
  return found;
}

} // namespace

int data_major(const std::string& data_directory) {
  std::ifstream file(data_directory + "/PG_VERSION");
  int major = 0;
  file >> major;
  return file ? major : 0;
}

binaries find_binaries(int major, const std::string& data_directory) {
  const auto all = installed();
  if (all.empty())
    throw std::runtime_error(
      "no PostgreSQL server is installed (looked in /usr/lib/postgresql/*/bin, "
      "/usr/pgsql-*/bin and where pg_config points): apt-get install "
      "postgresql, or name a server in storage.postgres");
  if (major == 0)
    return all.front();
  for (const auto& x : all)
    if (x.major == major)
      return x;
  const auto wanted = std::to_string(major);
  const auto newest = std::to_string(all.front().major);
  throw std::runtime_error(
    data_directory + " was made by PostgreSQL " + wanted
    + ", but only PostgreSQL " + newest + " is installed: install postgresql-"
    + wanted
    + " again, or bring the data over with pg_upgrade, or dump it with "
    + wanted + " and restore it into a new directory");
}

} // namespace stagepost::storage::postgres
