#pragma once

#include "receiver_owner.hpp"

#include <iosfwd>
#include <string>
#include <vector>

// Dialogues of a receiver as tables.

struct turn {
  std::string client; ///< With its CRLF.
  std::string server; ///< All that is answered to it.
  /// The client sends nothing behind it before it has the answer.
  bool waits = false;
};

struct script {
  std::string name;
  std::vector<turn> turns;
  std::vector<receiver_owner::message> stored = {};
  bool hangs_up = false;
  receiver_owner::settings settings = small();
  bool trusted = false; ///< With XCLIENT.

  /// `mx`, 1,000 octets, 3 recipients, 3 bad commands, STARTTLS.
  static receiver_owner::settings small();
};
std::ostream& operator<<(std::ostream& out, const script& x);

/// Checks the reply to each turn.
void play_by_turns(const script& x);
/// Checks that it is the same whole, split at every octet, and octet by octet.
void play_however_cut(const script& x);

/// The answer to EHLO by `mx`, greeting `me`, with these lines and HELP.
std::string hello(const std::vector<std::string>& lines);

turn ehlo_with(const std::vector<std::string>& lines);
/// The client waits for the answer, and TLS is up.
turn starttls();
turn silent(std::string client);
/// A chunk and its content, with the answer to it.
turn bdat(const std::string& content, bool last, std::string server);

// Inline, so that they are there before the tables that are made of them.

/// By the settings of `small`.
inline const turn ehlo = ehlo_with(
  {"PIPELINING", "SIZE 1000", "8BITMIME", "CHUNKING", "BINARYMIME", "SMTPUTF8",
   "DSN", "STARTTLS", "LIMITS RCPTMAX=3", "ENHANCEDSTATUSCODES"});
inline const turn mail{"MAIL FROM:<a@b>\r\n", "250 2.1.0 Ok\r\n"};
inline const turn rcpt{"RCPT TO:<c@d>\r\n", "250 2.1.5 Ok\r\n"};
inline const turn bad_rcpt{"RCPT TO:<unknown@d>\r\n",
                           "550 5.1.1 No such user\r\n"};
inline const turn data{"DATA\r\n", "354 End data with <CR><LF>.<CR><LF>\r\n"};
inline const turn dot{".\r\n", "250 2.0.0 Stored\r\n"};
inline const turn quit{"QUIT\r\n", "221 2.0.0 Bye\r\n"};
inline const turn rset{"RSET\r\n", "250 2.0.0 Ok\r\n"};
inline const turn noop{"NOOP\r\n", "250 2.0.0 Ok\r\n"};
inline const std::string stored_reply = "250 2.0.0 Stored\r\n";
