#pragma once

#include "config/configuration.hpp"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace stagepost::config {

using variables = std::map<std::string, std::string>;

/// A folder for the files of one test, removed with it.
class folder {
public:
  folder() {
    std::string name
      = (std::filesystem::temp_directory_path() / "config-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw std::runtime_error("no temporary folder");
    path_ = name;
  }
  ~folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;

  [[nodiscard]] std::string path(const std::string& name) const {
    return path_ + '/' + name;
  }
  /// @returns The file's path.
  std::string write(const std::string& name, std::string_view text) const {
    const auto file = path(name);
    std::filesystem::create_directories(
      std::filesystem::path(file).parent_path());
    std::ofstream(file, std::ios::binary) << text;
    return file;
  }

private:
  std::string path_;
};

using outcome = std::variant<configuration, std::vector<problem>>;

inline outcome read_text(std::string_view text,
                         const variables& environment = {}) {
  const folder files;
  return read_file(files.write("test.yaml", text), environment);
}

/// The configuration; throws with all problems if there are any.
inline configuration good(const outcome& x) {
  if (const auto* problems = std::get_if<std::vector<problem>>(&x)) {
    std::string all = "refused:";
    for (const auto& p : *problems)
      all += '\n' + to_string(p);
    throw std::runtime_error(all);
  }
  return std::get<configuration>(x);
}

/// Each problem as `line:column: text`; empty for a good configuration.
inline std::vector<std::string> faults_of(const outcome& x) {
  std::vector<std::string> out;
  if (const auto* problems = std::get_if<std::vector<problem>>(&x))
    for (const auto& p : *problems)
      out.push_back(std::to_string(p.line) + ':' + std::to_string(p.column)
                    + ": " + p.text);
  return out;
}

/// The least that a configuration must have.
inline constexpr std::string_view least = "listeners:\n"
                                          "  - name: mx\n"
                                          "    address: \"127.0.0.1:0\"\n";

} // namespace stagepost::config
