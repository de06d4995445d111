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

} // namespace stagepost::mime
