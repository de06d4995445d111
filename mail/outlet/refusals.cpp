#include "mail/outlet/refusals.hpp"

#include <utility>

namespace stagepost::outlet {

namespace {

verdict for_now(std::string by, smtp::enhanced_code code, const char* text,
                const char* detail) {
  return {
    verdict::kind::failed, {451, code, text}, std::move(by), detail, false};
}

} // namespace

verdict platform_is_down(std::string by) {
  auto x
    = for_now(std::move(by), {4, 4, 1}, "The platform is down, try again later",
              "its circuit breaker is open");
  x.tell_sender = true;
  return x;
}

verdict no_worker_in_time(std::string by) {
  return for_now(std::move(by), {4, 4, 7}, "No worker was free in time",
                 "it waited in line for as long as a client does");
}

verdict no_answer_in_time(std::string by) {
  auto x = for_now(std::move(by), {4, 4, 7},
                   "No answer came while the client could wait",
                   "reply_within was over before the platform answered");
  x.tell_sender = true;
  return x;
}

verdict line_is_full(std::string by) {
  return for_now(std::move(by), {4, 3, 2}, "Too much waits, try again later",
                 "all workers are busy and the line is full");
}

verdict is_closing(std::string by) {
  return for_now(std::move(by), {4, 3, 2}, "Try again later",
                 "the outlet is being closed");
}

verdict broken_off(std::string by) {
  return for_now(std::move(by), {4, 3, 0}, "Try again later",
                 "the worker that had it died");
}

} // namespace stagepost::outlet
