#include "config/program_path.hpp"

#include "config/readers.hpp"

#include <cerrno>
#include <cstring>
#include <string_view>
#include <sys/stat.h>
#include <unistd.h>

namespace stagepost::config {

namespace {

/// Why a file can't be run; empty if it can.
std::string not_a_program(const std::string& path) {
  struct stat about {};
  if (stat(path.c_str(), &about) != 0)
    return std::strerror(errno);
  if (!S_ISREG(about.st_mode))
    return "not a file";
  return access(path.c_str(), X_OK) == 0 ? "" : std::strerror(errno);
}

void read_argument(const yaml_value& x, std::string& out, report& r) {
  if (const auto* text = want_text(x, r, "a program with its arguments"))
    out = *text;
}

} // namespace

void read_program(const yaml_value& x, std::vector<std::string>& out,
                  report& r) {
  constexpr std::string_view wanted
    = "a program with its arguments, such as [/usr/local/bin/check-login]";
  if (x.is == yaml_value::kind::map
      || (x.is == yaml_value::kind::list && x.items.empty())
      || x.is == yaml_value::kind::empty) {
    refuse(x, r, wanted);
    return;
  }
  read_one_or_list<read_argument>(x, out, r);
  if (out.empty())
    return;
  const auto at = x.is == yaml_value::kind::text ? x.at : x.items.front().at;
  const auto& program = out.front();
  if (!program.starts_with('/'))
    r.complain(at, "the program of `run` wants an absolute path, not "
                     + backquoted(program));
  else if (const auto why = not_a_program(program); !why.empty())
    r.complain(at,
               "the program " + backquoted(program) + " can't be run: " + why);
}

} // namespace stagepost::config
