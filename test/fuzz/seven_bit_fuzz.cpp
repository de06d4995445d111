// The first octet says in what pieces the rest, a message, comes. However it
// comes, its parts are the same; what is said to become lines of ASCII does,
// and is not changed by doing it again.

#include "mail/mime/seven_bit.hpp"

#include <algorithm>
#include <cstdint>
#include <cstdlib>

using namespace stagepost;

namespace {

void check(bool holds) {
  if (!holds)
    std::abort();
}

template <class Machine, class... Ts>
void feed(std::string_view octets, std::size_t step, Machine& to,
          void (Machine::*how)(std::string_view, Ts&...), Ts&... out) {
  for (; !octets.empty(); octets.remove_prefix(std::min(step, octets.size())))
    (to.*how)(octets.substr(0, step), out...);
}

mime::seven_bit_plan survey(std::string_view octets, std::size_t step) {
  mime::seven_bit_survey it;
  feed(octets, step, it, &mime::seven_bit_survey::feed);
  return it.finish();
}

std::string encoded(std::string_view octets, std::size_t step,
                    const mime::seven_bit_plan& plan) {
  mime::seven_bit_encoder it(plan);
  std::string out;
  feed(octets, step, it, &mime::seven_bit_encoder::encode, out);
  it.finish(out);
  return out;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data,
                                      std::size_t size) {
  if (size == 0)
    return 0;
  const std::string_view message(reinterpret_cast<const char*>(data + 1),
                                 size - 1);
  const std::size_t step = data[0] % 32U + 1U;
  const auto plan = survey(message, message.size() + 1);
  const auto again = survey(message, step);
  check(plan.fault == again.fault);
  check(!plan.fault.empty() || plan.steps == again.steps);
  if (!plan.fault.empty())
    return 0;
  const auto out = encoded(message, message.size() + 1, plan);
  check(out == encoded(message, step, plan));
  check(!mime::has_eight_bit(out));
  return 0;
}
