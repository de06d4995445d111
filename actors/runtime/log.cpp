#include "actors/runtime/log.hpp"

#include "mail/utf8.hpp"

#include <array>
#include <chrono>
#include <memory>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace stagepost::log {

namespace {

constexpr std::size_t longest_value = 1024;
constexpr std::string_view hex = "0123456789abcdef";

struct sink_state {
  format how = format::text;
  std::shared_ptr<spdlog::logger> logger;
};

sink_state& state() {
  static sink_state instance = [] {
    auto logger = spdlog::stdout_logger_mt("stagepost");
    logger->set_pattern("%v");
    logger->flush_on(spdlog::level::warn);
    return sink_state{format::text, std::move(logger)};
  }();
  return instance;
}

bool plain(std::string_view text) {
  if (text.empty())
    return false;
  for (const char c : text)
    if (c <= ' ' || c == '"' || c == '=' || c == '\\' || c == 127)
      return false;
  return true;
}

/// Octets of the UTF-8 character at the front; 0 if there is none that may be
/// shown.
std::size_t character_length(std::string_view text) {
  const auto next = first_character(text);
  return disturbs(next.code) ? 0 : next.length;
}

/// In quotes, escaped as JSON has it, in text as well.
void quote(std::string& out, std::string_view text) {
  const bool cut = text.size() > longest_value;
  text = text.substr(0, longest_value);
  out += '"';
  while (!text.empty()) {
    const auto c = text.front();
    const auto u = static_cast<unsigned char>(c);
    std::size_t n = 1;
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (u < ' ' || u == 127) {
      out += "\\u00";
      out += hex[u >> 4U];
      out += hex[u & 15U];
    } else if (u < 127) {
      out += c;
    } else if (const auto length = character_length(text); length != 0) {
      n = length;
      out += text.substr(0, n);
    } else {
      out += "\\ufffd";
    }
    text.remove_prefix(n);
  }
  out += cut ? "...\"" : "\"";
}

void append(std::string& out, format how, const field& x) {
  const auto value = x.is_number ? std::string_view{x.number} : x.value;
  if (how == format::json) {
    out += ',';
    quote(out, x.key);
    out += ':';
    x.is_number ? void(out += value) : quote(out, value);
    return;
  }
  out += ' ';
  out += x.key;
  out += '=';
  if (x.is_number || (plain(value) && value.size() <= longest_value))
    out += value;
  else
    quote(out, value);
}

/// `2026-11-21T10:00:00.123Z`; the date is made anew once a second.
std::string_view timestamp() {
  using namespace std::chrono;
  thread_local std::array<char, 32> text{};
  thread_local seconds last{-1};
  const auto now = system_clock::now().time_since_epoch();
  const auto whole = duration_cast<seconds>(now);
  if (whole != last) {
    last = whole;
    const auto t = static_cast<std::time_t>(whole.count());
    std::tm parts{};
    gmtime_r(&t, &parts);
    std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S.000Z", &parts);
  }
  const auto ms = duration_cast<milliseconds>(now - whole).count();
  text[20] = static_cast<char>('0' + ms / 100);
  text[21] = static_cast<char>('0' + ms / 10 % 10);
  text[22] = static_cast<char>('0' + ms % 10);
  return {text.data(), 24};
}

void write(spdlog::level::level_enum level, std::string_view word,
           std::string_view branch, std::string_view event, fields xs) {
  auto& to = state();
  if (!to.logger->should_log(level))
    return;
  std::string line;
  line.reserve(256);
  if (to.how == format::json) {
    line.append("{\"time\":\"").append(timestamp()).append("\",\"level\":\"");
    line.append(word).append("\",").append(compose(to.how, branch, event, xs));
    line += '}';
  } else {
    line.append(timestamp()).append(" ").append(word).append(" ");
    line += compose(to.how, branch, event, xs);
  }
  to.logger->log(level, line);
}

} // namespace

void open(format f, level least) {
  state().how = f;
  constexpr std::array levels{spdlog::level::debug, spdlog::level::info,
                              spdlog::level::warn, spdlog::level::err};
  state().logger->set_level(levels[static_cast<std::size_t>(least)]);
  spdlog::flush_every(std::chrono::seconds(1));
}

void flush() {
  state().logger->flush();
}

std::string compose(format f, std::string_view branch, std::string_view event,
                    fields xs) {
  std::string out;
  if (f == format::json) {
    out.append("\"branch\":\"").append(branch).append("\",\"event\":");
    quote(out, event);
  } else {
    out.append(branch).append(" ").append(event);
  }
  for (const auto& x : xs)
    append(out, f, x);
  return out;
}

void debug(std::string_view branch, std::string_view event, fields xs) {
  write(spdlog::level::debug, "debug", branch, event, xs);
}

void info(std::string_view branch, std::string_view event, fields xs) {
  write(spdlog::level::info, "info", branch, event, xs);
}

void warning(std::string_view branch, std::string_view event, fields xs) {
  write(spdlog::level::warn, "warning", branch, event, xs);
}

void error(std::string_view branch, std::string_view event, fields xs) {
  write(spdlog::level::err, "error", branch, event, xs);
}

} // namespace stagepost::log
