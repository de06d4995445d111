#include "actors/runtime/plain_words.hpp"

#include <caf/exit_reason.hpp>
#include <caf/sec.hpp>

#include <algorithm>
#include <string>

namespace stagepost {

namespace {

std::string exit_in_words(std::uint8_t code, caf::atom_value,
                          const caf::message&) {
  switch (static_cast<caf::exit_reason>(code)) {
    case caf::exit_reason::normal:
      return "it was done";
    case caf::exit_reason::unhandled_exception:
      return "an exception ended it";
    case caf::exit_reason::unknown:
      return "it had ended before";
    case caf::exit_reason::out_of_workers:
      return "no worker was left";
    case caf::exit_reason::user_shutdown:
      return "it was told to stop";
    case caf::exit_reason::kill:
      return "it was killed";
    case caf::exit_reason::remote_link_unreachable:
      return "its node can't be reached";
    case caf::exit_reason::unreachable:
      return "nobody needed it any more";
  }
  return "reason " + std::to_string(code);
}

std::string fault_in_words(std::uint8_t code, caf::atom_value,
                           const caf::message& details) {
  const bool explained = details.match_elements<std::string>();
  const auto what = static_cast<caf::sec>(code);
  if (what == caf::sec::runtime_error && explained)
    return details.get_as<std::string>(0);
  std::string out;
  switch (what) {
    case caf::sec::request_receiver_down:
      out = "who was asked is gone";
      break;
    case caf::sec::request_timeout:
      out = "no answer in time";
      break;
    default:
      out = to_string(what);
      std::replace(out.begin(), out.end(), '_', ' ');
  }
  return explained ? out + ": " + details.get_as<std::string>(0) : out;
}

} // namespace

void add_plain_words(caf::actor_system_config& to) {
  to.error_renderers[caf::atom("exit")] = exit_in_words;
  to.error_renderers[caf::atom("system")] = fault_in_words;
}

} // namespace stagepost
