#pragma once

#include "mail/smtp/sender.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace stagepost::test {

/// Plays a dialogue, written line by line, against a sender:
///
///     S: 250 Ok         the server says this line; lines in a row come in
///                       one piece, or octet by octet
///     C: MAIL FROM:<>   the client must have said this, and nothing else
///     ! begin           what the owner does: begin sent proceed tls quit lost;
///                       `verified` is TLS with a certificate that was checked,
///                       `chunk 5` and `last 5` begin chunks of 5 octets,
///                       `lost_early` is lost before all had left
///     doubt 0 1         the recipients that are in doubt; `doubt`: none
///     ? finished        the wish that must be open
///     = 250 Ok          the reply of the next recipient in the outcome
///     why 421 Bye       what ended the dialogue
///
/// Failures are reported through Boost.Test. Nothing may be left unsaid, and
/// `? ` checks that no output waits.
class sender_script {
public:
  sender_script(smtp::sender::settings settings,
                smtp::sender::envelope envelope)
    : settings_(std::move(settings)), envelope_(std::move(envelope)) {
  }

  /// Plays it twice: whole pieces, then octet by octet.
  void play(std::string_view dialogue) const;

private:
  void play(std::string_view dialogue, std::size_t step) const;

  smtp::sender::settings settings_;
  smtp::sender::envelope envelope_;
};

/// A message to two recipients.
inline smtp::sender::envelope two() {
  return {"s@y.org", {{"a@x.org"}, {"b@x.org"}}, 0, false};
}

/// A server that offers nothing is ready.
inline const std::string plain = R"(
  S: 220 mx
  C: EHLO us
  S: 250 mx
  ? ready)";

/// A server that offers PIPELINING is ready.
inline const std::string pipelined = R"(
  S: 220 mx
  C: EHLO us
  S: 250-mx
  S: 250 PIPELINING
  ? ready)";

/// A server that takes chunks is ready.
inline const std::string chunking = R"(
  S: 220 mx
  C: EHLO us
  S: 250-mx
  S: 250 CHUNKING
  ? ready)";

/// What is said then, for `two()`.
inline const std::string all_at_once = R"(
  ! begin
  C: MAIL FROM:<s@y.org>
  C: RCPT TO:<a@x.org>
  C: RCPT TO:<b@x.org>
  C: DATA)";

/// Plays a dialogue of `us`.
inline void play(const std::string& dialogue,
                 smtp::sender::tls_policy tls = smtp::sender::tls_policy::none,
                 smtp::sender::envelope x = two()) {
  sender_script({"us", tls, false}, std::move(x)).play(dialogue);
}

} // namespace stagepost::test
