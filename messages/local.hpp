#pragma once

#include <caf/allowed_unsafe_message_type.hpp>

#include <memory>
#include <utility>

#ifdef __SANITIZE_THREAD__
// Debian's libcaf is built without TSan, which therefore can't see that its
// mailbox orders what the sender wrote before what the receiver reads. Saying
// so here keeps TSan's eye on all else that handlers do.
extern "C" void __tsan_acquire(void*);
extern "C" void __tsan_release(void*);
#endif

namespace stagepost {

/// A shared object in a message that never leaves its node: message contents,
/// sockets, batches. An interface that has one in it is not wire-safe, on
/// purpose.
template <class T>
struct local {
  std::shared_ptr<T> it;

#ifdef __SANITIZE_THREAD__
  local() = default;
  local(std::shared_ptr<T> x) : it(std::move(x)) {
    __tsan_release(address());
  }
  local(const local& x) : it((__tsan_acquire(x.address()), x.it)) {
    __tsan_release(address());
  }
  local(local&& x) noexcept
    : it((__tsan_acquire(x.address()), std::move(x.it))) {
    __tsan_release(address());
  }
  local& operator=(local x) noexcept {
    __tsan_acquire(x.address());
    it = std::move(x.it);
    return *this;
  }
  ~local() {
    __tsan_release(address());
  }
  void* address() const noexcept {
    return const_cast<void*>(static_cast<const void*>(it.get()));
  }
  T* operator->() const noexcept {
    __tsan_acquire(address());
    return it.get();
  }
#else
  T* operator->() const noexcept {
    return it.get();
  }
#endif
  T& operator*() const noexcept {
    return *operator->();
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
