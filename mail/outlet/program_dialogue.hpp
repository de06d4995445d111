#pragma once

#include "mail/outlet/verdict.hpp"
#include "mail/smtp/reply.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stagepost::outlet {

/// Reads what a program says to a mail: `250`, or a code of 4xx or 5xx, then a
/// space and a text, which may begin with an enhanced code of the same class.
/// 421 is taken as 451, for the session goes on.
/// @param line  Without its end.
/// @returns Nothing for anything else.
[[nodiscard]] std::optional<smtp::reply> read_answer(std::string_view line);

/// What it means: 250 accepted, 4xx failed for now, 5xx rejected.
/// @param by  The program, as the log is to name it.
verdict verdict_of(smtp::reply answer, std::string by);

/// Whether a program that takes one mail after the other keeps to its part: a
/// line for each mail, when it was given one and not before, with that mail's
/// id before it if it likes. What it says is hostile: a line has
/// `longest_answer` octets at most.
class program_dialogue {
public:
  static constexpr std::size_t longest_answer = 2000; ///< With its LF.

  enum class status {
    more,     ///< All is well, and no answer is whole.
    answered, ///< `take()` the answer.
    nonsense, ///< `why()`; nothing that it says counts any more. Final.
  };

  /// It is given a mail. Its answer to the one before has been taken.
  /// @param id  The answer may begin with it, or with nobody's.
  void ask(std::string id = {}) {
    asked_ = true;
    id_ = std::move(id);
  }

  /// Takes octets of its standard output.
  status feed(std::string_view octets);

  /// The answer that `answered` announced.
  [[nodiscard]] smtp::reply take();

  /// What it did wrong, for people who look after the server.
  [[nodiscard]] const std::string& why() const noexcept {
    return why_;
  }

private:
  status fail(std::string why);

  bool asked_ = false;
  std::string id_;   ///< Of the mail that it has.
  std::string line_; ///< What has come of the answer.
  std::optional<smtp::reply> answer_;
  std::string why_;
};

} // namespace stagepost::outlet
