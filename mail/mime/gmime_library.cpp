#include "mail/mime/gmime_library.hpp"

namespace stagepost::mime {

namespace {

void swallow(const char* /*domain*/, GLogLevelFlags /*level*/,
             const char* /*text*/, void* /*unused*/) {
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

} // namespace stagepost::mime
