#pragma once

#include <caf/error.hpp>
#include <caf/sec.hpp>
#include <caf/typed_response_promise.hpp>

#include <memory>
#include <utility>

namespace stagepost {

/// An answer that somebody waits for, in the hands of a callback. CAF tells
/// nobody that a promise was dropped: who asked without a time limit would
/// wait for ever when the actor that promised ends. With the last copy of this
/// goes an error, unless the answer was delivered.
template <class T>
class owed {
public:
  explicit owed(caf::typed_response_promise<T> to)
    : it_(std::make_shared<debt>(std::move(to))) {
  }

  template <class X>
  void deliver(X&& x) const {
    it_->to.deliver(std::forward<X>(x));
  }

private:
  struct debt {
    caf::typed_response_promise<T> to;
    explicit debt(caf::typed_response_promise<T> x) : to(std::move(x)) {
    }
    ~debt() {
      if (to.pending())
        to.deliver(caf::make_error(caf::sec::request_receiver_down));
    }
    debt(const debt&) = delete;
    debt& operator=(const debt&) = delete;
  };
  std::shared_ptr<debt> it_;
};

} // namespace stagepost
