#include "mail/mime/part_decoder.hpp"

#include "mail/ascii.hpp"
#include "mail/mime/gmime_library.hpp"
#include "mail/mime/utf8_converter.hpp"

#include <optional>

namespace stagepost::mime {

namespace {

GMimeContentEncoding encoding_of(const std::string& name) {
  return g_mime_content_encoding_from_string(name.c_str());
}

} // namespace

bool is_encoded(const std::string& encoding) {
  switch (encoding_of(encoding)) {
    case GMIME_CONTENT_ENCODING_BASE64:
    case GMIME_CONTENT_ENCODING_QUOTEDPRINTABLE:
    case GMIME_CONTENT_ENCODING_UUENCODE:
      return true;
    default:
      return false;
  }
}

struct part_decoder::state {
  gmime_ptr<GMimeFilter> filter;
  std::optional<utf8_converter> text;
  bool base64 = false;
  std::size_t letters = 0; ///< Of base64, since the last padding.

  /// GMime forgets what is not padded, as when the end is missing.
  void count(std::string_view octets) {
    if (base64)
      for (const char c : octets)
        letters
          = c == '=' ? 0 : letters + (is_alnum(c) || c == '+' || c == '/');
  }
  [[nodiscard]] std::string_view missing() const {
    constexpr std::string_view padding[] = {"", "", "==", "="};
    return padding[letters % 4];
  }
};

part_decoder::part_decoder(const std::string& encoding,
                           const std::string& charset)
  : state_(std::make_unique<state>()) {
  use_gmime();
  if (is_encoded(encoding))
    state_->filter.reset(g_mime_filter_basic_new(encoding_of(encoding), FALSE));
  state_->base64 = encoding_of(encoding) == GMIME_CONTENT_ENCODING_BASE64;
  if (!charset.empty())
    state_->text.emplace(charset);
}

part_decoder::~part_decoder() = default;

void part_decoder::pass_on(std::string_view octets, std::string& out) {
  if (state_->text)
    state_->text->convert(octets, out);
  else
    out += octets;
}

void part_decoder::decode(std::string& octets, std::string& out) {
  if (!state_->filter)
    return pass_on(octets, out);
  state_->count(octets);
  char* made = nullptr;
  std::size_t length = 0;
  std::size_t before = 0;
  g_mime_filter_filter(state_->filter.get(), octets.data(), octets.size(), 0,
                       &made, &length, &before);
  pass_on({made, length}, out);
}

void part_decoder::finish(std::string& out) {
  if (state_->filter) {
    std::string last(state_->missing());
    char* made = nullptr;
    std::size_t length = 0;
    std::size_t before = 0;
    g_mime_filter_complete(state_->filter.get(), last.data(), last.size(), 0,
                           &made, &length, &before);
    pass_on({made, length}, out);
  }
  if (state_->text)
    state_->text->finish(out);
}

} // namespace stagepost::mime
