#include "config/source.hpp"

#include "config/environment.hpp"
#include "config/yaml_reader.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

namespace stagepost::config {

namespace {

using kind = yaml_value::kind;
namespace fs = std::filesystem;

constexpr std::size_t longest_file = 1U << 20U;
constexpr std::size_t most_files = 100;
constexpr std::size_t most_levels = 10;

/// The octets of a file, or why there are none.
struct octets {
  std::string text;
  std::string failure;
};

octets read_octets(const std::string& path) {
  const auto because = [] { return std::string(std::strerror(errno)); };
  struct closer {
    void operator()(std::FILE* x) const {
      std::fclose(x);
    }
  };
  const std::unique_ptr<std::FILE, closer> in(std::fopen(path.c_str(), "re"));
  if (!in)
    return {{}, because()};
  octets out;
  std::array<char, 16384> chunk{};
  while (const auto n = std::fread(chunk.data(), 1, chunk.size(), in.get())) {
    out.text.append(chunk.data(), n);
    if (out.text.size() > longest_file)
      return {{}, "longer than 1 MiB"};
  }
  if (std::ferror(in.get()) != 0)
    return {{}, because()};
  return out;
}

void merge(yaml_value& under, yaml_value over, report& out) {
  if (under.is == kind::list && over.is == kind::list) {
    for (auto& item : over.items)
      under.items.push_back(std::move(item));
  } else if (under.is == kind::map && over.is == kind::map) {
    // Problems about the section as a whole name the outermost file.
    under.at = over.at;
    for (auto& entry : over.entries) {
      const auto i
        = std::find_if(under.entries.begin(), under.entries.end(),
                       [&](const auto& x) { return x.key == entry.key; });
      if (i == under.entries.end()) {
        under.entries.push_back(std::move(entry));
      } else {
        i->at = entry.at;
        merge(i->value, std::move(entry.value), out);
      }
    }
  } else if (over.is != kind::empty) {
    const bool map_and_list
      = (under.is == kind::map && over.is == kind::list)
        || (under.is == kind::list && over.is == kind::map);
    if (map_and_list)
      out.complain(over.at, std::string(to_string(over.is)) + ", but "
                              + out.file(under.at.file) + " has "
                              + std::string(to_string(under.is)) + " here");
    under = std::move(over);
  }
}

class reader {
public:
  reader(const std::map<std::string, std::string>& environment, report& out)
    : environment_(environment), out_(out) {
  }

  /// @param asked  Where the file was named; nothing for the first one.
  yaml_value read(const std::string& path, std::optional<place> asked) {
    const auto refuse = [&](std::string why) {
      if (asked)
        out_.complain_unread(*asked, std::move(why));
      else
        out_.complain_unread({out_.add_file(path), 0, 0}, std::move(why));
      return yaml_value{.is = kind::map};
    };
    std::error_code ignored;
    const auto identity = fs::weakly_canonical(path, ignored).string();
    if (std::find(open_.begin(), open_.end(), identity) != open_.end())
      return refuse(backquoted(path) + " includes itself");
    if (open_.size() > most_levels)
      return refuse("files are included more than 10 levels deep");
    if (out_.files() >= most_files)
      return refuse("more than 100 files");
    const auto [text, failure] = read_octets(path);
    if (!failure.empty())
      return refuse("can't read " + backquoted(path) + ": " + failure);

    const auto file = out_.add_file(path);
    auto own = read_yaml(text, file, out_);
    if (!own)
      return {.is = kind::map, .at = {file, 1, 1}};
    if (own->is == kind::empty)
      own = yaml_value{.is = kind::map, .at = {file, 1, 1}};
    if (own->is != kind::map) {
      out_.complain_unread(own->at,
                           "a configuration is a mapping of sections, not "
                             + std::string(to_string(own->is)));
      return {.is = kind::map, .at = own->at};
    }
    expand(*own, environment_, out_);
    open_.push_back(identity);
    auto whole = read_included(*own);
    open_.pop_back();
    merge(whole, std::move(*own), out_);
    return whole;
  }

private:
  /// Takes `include` out of a file's map and reads what it names.
  yaml_value read_included(yaml_value& own) {
    yaml_value out{.is = kind::map, .at = own.at};
    const auto i
      = std::find_if(own.entries.begin(), own.entries.end(),
                     [](const auto& x) { return x.key == "include"; });
    if (i == own.entries.end())
      return out;
    auto asked = std::move(i->value);
    own.entries.erase(i);
    std::vector<yaml_value> names;
    if (asked.is == kind::list)
      names = std::move(asked.items);
    else if (asked.is != kind::empty)
      names.push_back(std::move(asked));
    for (const auto& name : names) {
      if (name.is == kind::text && !name.text.empty())
        merge(out, read(resolve(name.text, name.at, out_), name.at), out_);
      else if (name.is == kind::broken)
        out_.lose();
      else
        out_.complain_unread(name.at,
                             "`include` wants the name of a file or a list of "
                             "names");
    }
    return out;
  }

  const std::map<std::string, std::string>& environment_;
  report& out_;
  std::vector<std::string> open_; ///< The files that are being read.
};

} // namespace

yaml_value read_source(const std::string& path,
                       const std::map<std::string, std::string>& environment,
                       report& out) {
  return reader(environment, out).read(path, std::nullopt);
}

std::string resolve(const std::string& path, place at, const report& files) {
  const auto folder = fs::path(files.file(at.file)).parent_path();
  return (folder / path).lexically_normal().string();
}

} // namespace stagepost::config
