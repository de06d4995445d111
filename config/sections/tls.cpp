#include "config/readers.hpp"
#include "config/sections/sections.hpp"
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

void read_pem(const yaml_value& x, std::string& out, report& r) {
  constexpr std::string_view wanted = "a PEM file";
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

void read_version(const yaml_value& x, std::string& out, report& r) {
  if (x.is == yaml_value::kind::text && (x.text == "1.2" || x.text == "1.3"))
    out = x.text;
  else
    refuse(x, r, "\"1.2\" or \"1.3\"");
}

constexpr key<certificate> pair_keys[] = {
  {"certificate", into<&certificate::certificate, read_pem>,
   "PEM file, the chain in it.", true},
  {"key", into<&certificate::key, read_pem>, "PEM file of its key.", true},
};

void read_pair(const yaml_value& x, certificate& out, report& r) {
  read_map(x, pair_keys, out, r);
  out.file = r.file(x.at.file);
  out.line = x.at.line;
  out.column = x.at.column;
}

constexpr key<tls_section> keys[] = {
  {"certificates",
   into<&tls_section::certificates, read_list<read_pair, certificate>>,
   "The certificates; the client's SNI chooses."},
  {"minimum", into<&tls_section::minimum, read_version>,
   "The oldest version of TLS."},
  {"client_authority", into<&tls_section::client_authority, read_pem>,
   "PEM file of the authorities that client certificates are checked against."},
};

} // namespace

void read_tls(const yaml_value& x, tls_section& out, report& r) {
  read_map(x, keys, out, r);
}

void describe_tls(std::vector<known_key>& out) {
  describe(out, "tls.", keys);
  describe(out, "tls.certificates[].", pair_keys);
}

} // namespace stagepost::config
