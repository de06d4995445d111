#include "mail/outlet/program_verdict.hpp"

#include "mail/outlet/spoken_line.hpp"

#include <sysexits.h>
#include <utility>

namespace stagepost::outlet {

namespace {

constexpr auto later = "The message can't be processed now, try again later";

std::string said_or(const std::string& text, const char* otherwise) {
  auto out = last_spoken_line(text);
  return out.empty() ? otherwise : out;
}

/// What happened, for the log: the client may hear something else.
std::string detail_of(const program_result& x) {
  switch (x.how) {
    case program_result::kind::exited:
      return "exit status " + std::to_string(x.code);
    case program_result::kind::killed:
      return "killed by signal " + std::to_string(x.code);
    case program_result::kind::timed_out:
      return "took too long";
    case program_result::kind::not_started:
      break;
  }
  return spoken_line(x.why);
}

} // namespace

verdict no_verdict(std::string by, std::string detail) {
  return {verdict::kind::failed,
          {451, {4, 3, 0}, later},
          std::move(by),
          std::move(detail)};
}

verdict verdict_of(const program_result& x, std::string by) {
  const bool ended = x.how == program_result::kind::exited;
  if (ended && x.code == EX_OK)
    return {verdict::kind::accepted,
            {250, {2, 0, 0}, said_or(x.output, "Accepted")},
            std::move(by)};
  if (ended && x.code != EX_TEMPFAIL)
    return {verdict::kind::rejected,
            {554, {5, 3, 0}, said_or(x.errors, "The message was refused")},
            std::move(by),
            detail_of(x)};
  auto out = no_verdict(std::move(by), detail_of(x));
  out.reply.text = said_or(x.errors, later);
  return out;
}

} // namespace stagepost::outlet
