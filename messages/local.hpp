#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

#include <memory>
#include <utility>

namespace stagepost {

/// A shared object in a message that never leaves its node: message contents,
/// sockets, batches. An interface that has one in it is not wire-safe, on
/// purpose.
template <class T>
struct local {
  std::shared_ptr<T> it;

  T* operator->() const noexcept {
    return it.get();
  }
  T& operator*() const noexcept {
    return *it;
  }
  explicit operator bool() const noexcept {
    return it != nullptr;
  }
};

template <class T>
local<T> make_local(T x) {
  return {std::make_shared<T>(std::move(x))};
}

} // namespace stagepost

template <class T>
struct caf::allowed_unsafe_message_type<stagepost::local<T>> : std::true_type {
};
