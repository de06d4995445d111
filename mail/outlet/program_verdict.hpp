#pragma once

#include "mail/outlet/verdict.hpp"

#include <string>

namespace stagepost::outlet {

/// How a program that was given a mail came to its end.
struct program_result {
  enum class kind {
    exited,      ///< `code` is its exit status.
    killed,      ///< `code` is the signal.
    timed_out,   ///< It was ended for it took too long.
    not_started, ///< `why` says why not.
  };
  program_result::kind how = kind::not_started;
  int code = 0;
  std::string why{};    ///< For people who look after the server.
  std::string output{}; ///< The end of its standard output.
  std::string errors{}; ///< The end of its errors.
};

/// What that means for the mail. Exit status 0: 250 2.0.0 with the last line of
/// its output. 75 (EX_TEMPFAIL), a signal, too long, not started: 451 4.3.0.
/// Any other: 554 5.3.0. A refusal has the last line of its errors.
/// @param by  The program, as the log is to name it.
verdict verdict_of(const program_result& x, std::string by);

/// A verdict that the program has no part in: 451 4.3.0 with `detail` for the
/// log.
verdict no_verdict(std::string by, std::string detail);

} // namespace stagepost::outlet
