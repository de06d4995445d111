#include "test/net/certificates.hpp"

#include <cstdlib>
#include <stdexcept>

namespace stagepost::net {

temporary_folder::temporary_folder() {
  auto name
    = (std::filesystem::temp_directory_path() / "stagepost-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr)
    throw std::runtime_error("no temporary folder");
  root_ = name;
}

temporary_folder::~temporary_folder() {
  std::error_code ignored;
  std::filesystem::remove_all(root_, ignored);
}

config::certificate make_certificate(const temporary_folder& folder,
                                     const std::string& name,
                                     const std::string& common_name,
                                     const std::string& options) {
  config::certificate out{folder.path(name + ".crt"),
                          folder.path(name + ".key")};
  auto command = "openssl req -x509 -newkey ec -pkeyopt "
                 "ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN="
                 + common_name + " -out " + out.certificate + " -keyout "
                 + out.key + " " + options + " 2>/dev/null";
  if (std::system(command.c_str()) != 0)
    throw std::runtime_error("failed: " + command);
  return out;
}

} // namespace stagepost::net
