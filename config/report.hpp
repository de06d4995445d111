#pragma once

#include "config/configuration.hpp"
#include "config/yaml_value.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace stagepost::config {

/// Everything that was found wrong while one configuration is read, and the
/// names of the files it was read from.
class report {
public:
  /// Makes a file known. @returns Its number, for `place::file`.
  std::size_t add_file(std::string path);
  [[nodiscard]] const std::string& file(std::size_t number) const {
    return files_.at(number);
  }
  [[nodiscard]] std::size_t files() const noexcept {
    return files_.size();
  }

  /// Notes a problem.
  void complain(place at, std::string text);
  /// Notes a problem of a kind that leaves part of the files unread, so that
  /// to check one section against another would invent further problems.
  void complain_unread(place at, std::string text);
  /// Says that part of the files is unread for a reason already noted.
  void lose() noexcept {
    whole_ = false;
  }

  [[nodiscard]] bool clean() const noexcept {
    return found_.empty();
  }
  /// False once part of the files stayed unread.
  [[nodiscard]] bool whole() const noexcept {
    return whole_;
  }
  /// All problems in the order of their places.
  [[nodiscard]] std::vector<problem> problems() const;

  /// The key whose value is being read, in backquotes; problems begin with it.
  [[nodiscard]] std::string subject() const;

  /// Sets the subject for as long as it lives.
  class scope {
  public:
    scope(report& r, std::string_view key) : report_(r), before_(r.subject_) {
      r.subject_ = key;
    }
    ~scope() {
      report_.subject_ = before_;
    }
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;

  private:
    report& report_;
    std::string_view before_;
  };

private:
  struct finding {
    place at;
    std::string text;
  };
  std::vector<std::string> files_;
  std::vector<finding> found_;
  std::string_view subject_;
  bool whole_ = true;
};

/// Text from a file as a problem shows it: in backquotes, control characters
/// replaced, cut after 60 octets.
std::string backquoted(std::string_view text);

} // namespace stagepost::config
