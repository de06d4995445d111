#include "storage/postgres/data_directory.hpp"

#include "storage/postgres/binaries.hpp"
#include "storage/postgres/child.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/stat.h>
#include <unistd.h>

namespace stagepost::storage::postgres {

namespace {

namespace fs = std::filesystem;

void check_way(const std::string& path, const account& who) {
  const auto closed = closed_part(who, path);
  if (!closed.empty())
    throw std::runtime_error(
      "PostgreSQL runs as `" + who.name + "`, who cannot enter " + closed
      + ": name another place with STAGEPOST_DATA_DIR or node.data_dir, "
        "/var/lib/stagepost for example");
}

void check_owner(const std::string& path, const account& who) {
  struct stat x {};
  if (::stat(path.c_str(), &x) != 0)
    throw std::runtime_error("cannot read " + path + ": " + strerror(errno));
  if (!S_ISDIR(x.st_mode))
    throw std::runtime_error(path + " is not a directory");
  if (x.st_uid != who.uid)
    throw std::runtime_error(
      path + " belongs to `" + user_name(x.st_uid)
      + "`, but PostgreSQL would run as `" + who.name + "`: start as "
      + (who.change ? "that user, or `chown -R " + who.name + " " + path + "`"
                    : "root or that user, or name another data_dir"));
  if ((x.st_mode & 07077U) != 0 && ::chmod(path.c_str(), 0700) != 0)
    throw std::runtime_error("cannot make " + path
                             + " private (mode 0700): " + strerror(errno));
}

void sync_directory(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (file >= 0) {
    ::fsync(file);
    ::close(file);
  }
}

// Under another name, so that a directory of the right name is a whole one.
void make_database(const std::string& path, const account& who,
                   const std::string& programs) {
  const std::string fresh = path + ".new";
  std::error_code failed;
  fs::remove_all(fresh, failed);
  if (::mkdir(fresh.c_str(), 0700) != 0
      || (who.change && ::chown(fresh.c_str(), who.uid, who.gid) != 0))
    throw std::runtime_error("cannot make " + fresh + ": " + strerror(errno));
  program initdb;
  initdb.arguments = {programs + "/initdb",
                      "-D",
                      fresh,
                      "--username=postgres",
                      "--locale=C.UTF-8",
                      "--encoding=UTF8",
                      "--auth=peer",
                      "--no-instructions"};
  initdb.who = who;
  initdb.death_signal = SIGTERM;
  std::string output;
  const int status = run_program(initdb, output);
  if (status != 0)
    throw std::runtime_error("initdb could not make " + fresh + " ("
                             + describe_status(status) + "): " + output);
  // An empty directory may stand in the place already.
  if (::rename(fresh.c_str(), path.c_str()) != 0)
    throw std::runtime_error(
      "cannot move " + fresh + " to " + path + ": " + strerror(errno)
      + (errno == EBUSY ? ": mount the volume one folder higher" : ""));
  sync_directory(fs::path(path).parent_path());
}

} // namespace

std::string prepare_data_directory(const std::string& path,
                                   const account& who) {
  const auto parent = fs::path(path).parent_path().string();
  std::error_code failed;
  fs::create_directories(parent, failed);
  if (failed)
    throw std::runtime_error("cannot make " + parent + ": " + failed.message()
                             + ": name another place with STAGEPOST_DATA_DIR "
                               "or node.data_dir");
  check_way(parent, who);
  const int major = data_major(path);
  const auto found = find_binaries(major, path);
  if (major == 0) {
    if (fs::exists(path, failed) && !fs::is_empty(path, failed))
      throw std::runtime_error(
        path
        + " holds files, but no PostgreSQL database (no PG_VERSION): "
          "move them away, or name another data_dir");
    make_database(path, who, found.directory);
  }
  check_owner(path, who);
  return found.directory;
}

} // namespace stagepost::storage::postgres
