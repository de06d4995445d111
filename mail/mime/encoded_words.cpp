#include "mail/mime/encoded_words.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/utf8_converter.hpp"
#include "mail/utf8.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace stagepost::mime {

namespace {

constexpr std::size_t longest_charset = 40;
constexpr std::size_t longest_label = 100; ///< Charset and language.
constexpr auto npos = std::string_view::npos;

struct encoded_word {
  std::string_view charset;
  char encoding = 0; ///< 'b' or 'q'.
  std::string_view text;
  std::size_t end = 0; ///< Where it ends, from the text's begin.
};

bool is_charset(std::string_view x) {
  return !x.empty() && x.size() <= longest_charset
         && std::all_of(x.begin(), x.end(),
                        [](char c) { return is_printable(c) && c != ' '; });
}

/// Of base64; none for what does not belong there.
std::optional<unsigned> six_bits(char c) {
  constexpr std::string_view alphabet
    = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto i = alphabet.find(c);
  return i == npos ? std::nullopt : std::optional(static_cast<unsigned>(i));
}

// Padding ends a word, but not what is read: the next word goes on.
std::string from_b(std::string_view text) {
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=')
      count = 0;
    const auto more = six_bits(c);
    if (!more)
      continue;
    bits = bits << 6U | *more;
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFFU);
    }
  }
  return out;
}

std::string from_q(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned octet = 0;
    const auto* const hex = text.data() + i + 1;
    if (text[i] == '=' && text.size() - i > 2
        && std::from_chars(hex, hex + 2, octet, 16).ptr == hex + 2) {
      out += static_cast<char>(octet);
      i += 2;
    } else {
      out += text[i] == '_' ? ' ' : text[i];
    }
  }
  return out;
}

class word_reader {
public:
  explicit word_reader(std::string_view text) : text_(text) {
  }
  std::string read();

private:
  std::optional<encoded_word> word_at(std::size_t at);
  std::size_t closing(std::size_t from);
  void take(const encoded_word& x);
  void end_run();

  std::string_view text_;
  std::size_t closing_ = 0; ///< Where the last "?=" was found.
  std::string out_;
  // Words one after another, in one charset and encoding.
  std::string charset_;
  char encoding_ = 0;
  std::string run_;
};

// Kept, as many a word may begin before the next "?=".
std::size_t word_reader::closing(std::size_t from) {
  if (closing_ < from)
    closing_ = text_.find("?=", from);
  return closing_;
}

std::optional<encoded_word> word_reader::word_at(std::size_t at) {
  const auto rest = text_.substr(at + 2);
  const auto label = rest.substr(0, rest.substr(0, longest_label).find('?'));
  const auto begin = label.size() + 3; // of what is encoded: "?q?"
  if (rest.size() < begin || rest[begin - 3] != '?' || rest[begin - 1] != '?')
    return std::nullopt;
  encoded_word out;
  out.charset = label.substr(0, label.find('*'));
  out.encoding = lower(rest[begin - 2]);
  if (!is_charset(out.charset) || (out.encoding != 'b' && out.encoding != 'q'))
    return std::nullopt;
  const auto end = closing(at + 2 + begin);
  if (end == npos)
    return std::nullopt;
  out.text = text_.substr(at + 2 + begin, end - (at + 2 + begin));
  out.end = end + 2;
  return out;
}

void word_reader::take(const encoded_word& x) {
  if (x.encoding != encoding_ || !iequals(x.charset, charset_))
    end_run();
  charset_ = x.charset;
  encoding_ = x.encoding;
  run_ += x.text;
}

void word_reader::end_run() {
  if (encoding_ != 0)
    out_ += in_utf8(charset_, encoding_ == 'b' ? from_b(run_) : from_q(run_));
  encoding_ = 0;
  run_.clear();
}

std::string word_reader::read() {
  std::size_t done = 0; // the end of a word, but for the first
  for (auto at = text_.find("=?"); at != npos; at = text_.find("=?", at)) {
    const auto x = word_at(at);
    if (!x) {
      at += 2;
      continue;
    }
    const auto between = text_.substr(done, at - done);
    if (done == 0 || between.find_first_not_of(" \t\r\n") != npos) {
      end_run();
      out_ += between;
    }
    take(*x);
    at = done = x->end;
  }
  end_run();
  out_ += text_.substr(done);
  return std::move(out_);
}

} // namespace

std::string decoded_words(std::string_view text) {
  return word_reader(text).read();
}

std::string in_utf8(std::string_view charset, std::string_view octets) {
  utf8_converter it(charset);
  if ((!it.knows_charset() || iequals(charset, "us-ascii")) && is_utf8(octets))
    return std::string(octets);
  std::string out;
  it.convert(octets, out);
  it.finish(out);
  return out;
}

} // namespace stagepost::mime
