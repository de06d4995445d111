#include "actors/cli/new_key_file.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stagepost::cli {

namespace {

namespace fs = std::filesystem;

std::string because(const std::string& what, const std::string& path) {
  return what + ' ' + path + ": " + std::strerror(errno);
}

/// Gives a file away, if it is to be another's. @returns Whether it is now.
bool give(int file, const passwd* to) {
  return to == nullptr || ::geteuid() == to->pw_uid
         || ::fchown(file, to->pw_uid, to->pw_gid) == 0;
}

std::string make_folder(const std::string& path, const passwd* owner) {
  if (::mkdir(path.c_str(), S_IRWXU) != 0)
    return errno == EEXIST ? "" : because("can't make the folder", path);
  const int folder = ::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  const bool given = folder >= 0 && give(folder, owner);
  auto why = given ? "" : because("can't give away the folder", path);
  if (folder >= 0)
    ::close(folder);
  return why;
}

bool write_all(int file, const std::string& text) {
  std::size_t done = 0;
  while (done < text.size()) {
    const auto n = ::write(file, text.data() + done, text.size() - done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    done += static_cast<std::size_t>(n);
  }
  return ::fsync(file) == 0;
}

} // namespace

std::string write_new_key(const std::string& path, const std::string& pem,
                          const std::string& user) {
  const passwd* owner = nullptr;
  if (!user.empty() && (owner = ::getpwnam(user.c_str())) == nullptr)
    return "there is no user `" + user + "` (node.user)";
  const auto folder = fs::path(path).parent_path();
  if (!folder.empty())
    if (auto why = make_folder(folder.string(), owner); !why.empty())
      return why;
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC,
                          S_IRUSR | S_IWUSR);
  if (file < 0)
    return errno == EEXIST
             ? path + " is there already; give the new key another --selector"
             : because("can't write", path);
  const bool good = write_all(file, pem) && give(file, owner);
  auto why = good ? "" : because("can't write", path);
  ::close(file);
  if (!good)
    ::unlink(path.c_str());
  return why;
}

} // namespace stagepost::cli
