#include "mail/mime/gmime_library.hpp"

namespace stagepost::mime {

namespace {

void swallow(const char* /*domain*/, GLogLevelFlags /*level*/,
             const char* /*text*/, void* /*unused*/) {
}

GMimeParserOptions* make_options() {
  use_gmime();
  auto* out = g_mime_parser_options_new();
  const char* fallbacks[] = {"utf-8", "windows-1252", nullptr};
  g_mime_parser_options_set_fallback_charsets(out, fallbacks);
  return out;
}

} // namespace

void use_gmime() {
  static const bool ready = [] {
    g_log_set_default_handler(swallow, nullptr);
    g_mime_init();
    return true;
  }();
  (void)ready;
}

GMimeParserOptions* header_options() {
  static auto* const it = make_options();
  return it;
}

} // namespace stagepost::mime
