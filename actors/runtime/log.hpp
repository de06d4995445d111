#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>

namespace stagepost::log {

/// One line an event: time, level, branch of the tree, event, then key=value
/// pairs; or the same as a JSON object. Nothing that a client says can end a
/// line or pass for another key: control characters are escaped, values with
/// spaces quoted, long ones cut at 1,024 octets.
struct field {
  field(std::string_view k, std::string_view v) : key(k), value(v) {
  }
  field(std::string_view k, const char* v) : key(k), value(v) {
  }
  field(std::string_view k, const std::string& v) : key(k), value(v) {
  }
  template <class T>
  requires std::is_integral_v<T> field(std::string_view k, T v)
    : key(k), number(std::to_string(v)) {
    is_number = true;
  }
  std::string_view key;
  std::string_view value;
  std::string number;
  bool is_number = false;
};

using fields = std::initializer_list<field>;

enum class format { text, json };
enum class level { debug, info, warning, error };

/// Sets how and how much is logged, to standard output. Call before threads
/// are started; until then lines go out as text at `info`.
void open(format f, level least);
/// Writes out what is buffered, if anything is.
void flush();

void debug(std::string_view branch, std::string_view event, fields xs = {});
void info(std::string_view branch, std::string_view event, fields xs = {});
void warning(std::string_view branch, std::string_view event, fields xs = {});
void error(std::string_view branch, std::string_view event, fields xs = {});

/// The line as it would be written, without its time: for tests.
std::string compose(format f, std::string_view branch, std::string_view event,
                    fields xs);

} // namespace stagepost::log
