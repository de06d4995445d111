#include "mail/mime/utf8_converter.hpp"

#include "mail/ascii.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <iconv.h>
#include <mutex>
#include <unordered_map>
#include <utility>

namespace stagepost::mime {

namespace {

constexpr std::size_t longest_name = 40;
/// More octets than that are no beginning of a character in any charset.
constexpr std::size_t longest_rest = 32;

const iconv_t none = reinterpret_cast<iconv_t>(-1); // NOLINT

/// What is meant, where people name one charset and use a larger one.
std::string meant(std::string_view charset) {
  constexpr std::pair<std::string_view, std::string_view> larger[] = {
    {"utf8", "utf-8"},
    {"us-ascii", "windows-1252"},
    {"ascii", "windows-1252"},
    {"iso-8859-1", "windows-1252"},
    {"iso8859-1", "windows-1252"},
    {"iso_8859-1", "windows-1252"},
    {"latin1", "windows-1252"},
    {"iso-8859-9", "windows-1254"},
    {"iso-8859-8-i", "iso-8859-8"},
    {"gb2312", "gb18030"},
    {"gb_2312-80", "gb18030"},
    {"gbk", "gb18030"},
    {"ks_c_5601-1987", "cp949"},
    {"euc-kr", "cp949"},
    {"shift_jis", "cp932"},
    {"shift-jis", "cp932"},
    {"x-sjis", "cp932"},
    {"x-mac-roman", "macintosh"},
  };
  const auto name = lower(charset);
  for (const auto& [said, used] : larger)
    if (name == said)
      return std::string(used);
  return name;
}

// A slash would begin iconv's own options; a plus it passes over, which would
// make endless names of one.
bool is_name(std::string_view x) {
  return !x.empty() && x.size() <= longest_name
         && std::all_of(x.begin(), x.end(), [](char c) {
              return is_alnum(c)
                     || std::string_view("-_.:").find(c)
                          != std::string_view::npos;
            });
}

/// More names than the C library knows.
constexpr std::size_t most_kept = 1500;

/// The C library unloads what it needs for a charset soon after the last
/// converter is closed, and loading costs 100 us, which many words in charsets
/// by turns would ask for again and again. So of each it knows one stays open;
/// all of them take 13 MiB.
void keep_loaded(const std::string& charset) {
  static std::mutex one_at_a_time;
  static auto* const kept = new std::unordered_map<std::string, iconv_t>;
  const std::lock_guard lock(one_at_a_time);
  if (kept->size() < most_kept && !kept->contains(charset))
    kept->emplace(charset, ::iconv_open("UTF-8", charset.c_str()));
}

iconv_t open_converter(const std::string& charset) {
  if (!is_name(charset))
    return none;
  const auto x = ::iconv_open("UTF-8", charset.c_str());
  if (x != none)
    keep_loaded(charset);
  return x;
}

} // namespace

struct utf8_converter::state {
  explicit state(const std::string& charset)
    : it(open_converter(charset)), known(it != none) {
    if (!known)
      it = open_converter("windows-1252");
  }
  ~state() {
    if (it != none)
      ::iconv_close(it);
  }
  state(const state&) = delete;
  state& operator=(const state&) = delete;

  iconv_t it;
  bool known;
  std::string rest; ///< The beginning of a character.
};

utf8_converter::utf8_converter(std::string_view charset) {
  const auto name = meant(charset);
  if (name != "utf-8")
    state_ = std::make_unique<state>(name);
}

utf8_converter::~utf8_converter() = default;

bool utf8_converter::knows_charset() const noexcept {
  return !state_ || state_->known;
}

void utf8_converter::step(std::string_view octets, bool last,
                          std::string& out) {
  auto& rest = state_->rest;
  rest += octets;
  auto* in = rest.data();
  auto left = rest.size();
  std::array<char, 4096> made;
  for (bool flushed = false; left > 0 || (last && !flushed);) {
    auto* to = made.data();
    auto room = made.size();
    flushed = left == 0;
    const auto n = flushed ? ::iconv(state_->it, nullptr, nullptr, &to, &room)
                           : ::iconv(state_->it, &in, &left, &to, &room);
    const int why = n == static_cast<std::size_t>(-1) ? errno : 0;
    repair_.feed({made.data(), made.size() - room}, out);
    if (why == 0 || why == E2BIG)
      continue;
    if (why == EINVAL && !last && left <= longest_rest)
      break;
    if (left > 0) {
      ++in;
      --left;
      repair_.feed("\xef\xbf\xbd", out);
    }
  }
  rest.erase(0, rest.size() - left);
}

void utf8_converter::convert(std::string_view octets, std::string& out) {
  if (!state_ || state_->it == none)
    return repair_.feed(octets, out);
  step(octets, false, out);
}

void utf8_converter::finish(std::string& out) {
  if (state_ && state_->it != none)
    step({}, true, out);
  repair_.finish(out);
}

} // namespace stagepost::mime
