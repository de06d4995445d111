#include "config/readable_file.hpp"

#include "config/readers.hpp"
#include "config/source.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <utility>

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

std::variant<std::string, file_fault> octets_of(const std::string& path,
                                                std::size_t most) {
  // Without waiting: the other end of a FIFO may never come.
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0)
    return file_fault{std::strerror(errno)};
  struct stat about {};
  std::variant<std::string, file_fault> out;
  if (fstat(file, &about) != 0 || !S_ISREG(about.st_mode)) {
    out = file_fault{"not a regular file"};
  } else if (static_cast<std::uint64_t>(about.st_size) > most) {
    out = file_fault{"larger than " + std::to_string(most) + " octets"};
  } else {
    std::string text(static_cast<std::size_t>(about.st_size), '\0');
    const auto n = ::read(file, text.data(), text.size());
    if (n < 0) {
      out = file_fault{std::strerror(errno)};
    } else {
      text.resize(static_cast<std::size_t>(n));
      out = std::move(text);
    }
  }
  close(file);
  return out;
}

bool read_readable_file(const yaml_value& x, std::string& out, report& r,
                        std::string_view wanted) {
  const auto* text = want_text(x, r, wanted);
  if (text == nullptr)
    return false;
  if (text->empty()) {
    refuse(x, r, wanted);
    return false;
  }
  out = resolve(*text, x.at, r);
  const auto why = unreadable(out);
  if (!why.empty())
    r.complain(x.at, r.subject() + " can't be read from " + backquoted(out)
                       + ": " + why);
  return why.empty();
}

void read_pem(const yaml_value& x, std::string& out, report& r) {
  read_readable_file(x, out, r, "a PEM file");
}

} // namespace stagepost::config
