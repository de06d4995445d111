#pragma once

#include <gmime/gmime.h>
#include <memory>

namespace stagepost::mime {

/// Makes GMime ready, once; whoever calls it calls this before. From then on
/// GLib's warnings go nowhere: the mail of strangers causes them.
void use_gmime();

struct gobject_unref {
  void operator()(void* x) const noexcept {
    g_object_unref(x);
  }
};

/// An object of GMime's that is ours.
template <class T>
using gmime_ptr = std::unique_ptr<T, gobject_unref>;

/// Memory that GLib wants back.
using glib_text = std::unique_ptr<char, decltype(&g_free)>;

/// How headers are read: loosely, and what is not said to be in a charset is
/// UTF-8 or else windows-1252.
GMimeParserOptions* header_options();

} // namespace stagepost::mime
