#include "config/readable_file.hpp"

#include "config/readers.hpp"
#include "config/source.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace stagepost::config {

namespace {

/// Why a file can't be read; empty if it can.
std::string unreadable(const std::string& path) {
  struct stat about {};
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return std::strerror(errno);
  const bool folder = fstat(file, &about) == 0 && S_ISDIR(about.st_mode);
  close(file);
  return folder ? std::strerror(EISDIR) : "";
}

} // namespace

void read_readable_file(const yaml_value& x, std::string& out, report& r,
                        std::string_view wanted) {
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return;
  if (text->empty()) {
    refuse(x, r, wanted);
    return;
  }
  out = resolve(*text, x.at, r);
  if (const auto why = unreadable(out); !why.empty())
    r.complain(x.at, r.subject() + " can't be read from " + backquoted(out)
                       + ": " + why);
}

void read_pem(const yaml_value& x, std::string& out, report& r) {
  read_readable_file(x, out, r, "a PEM file");
}

} // namespace stagepost::config
