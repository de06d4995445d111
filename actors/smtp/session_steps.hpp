#pragma once

#include "actors/smtp/session.hpp"

#include <string_view>

// What a session does, each part in a file of its own.

namespace stagepost {

// -- session.cpp: input and its end --

/// Feeds input and carries out wishes, until the machine waits for the client
/// or for an answer that takes time.
void take_input(session_pointer self, std::string_view input);
/// An answer has come: goes on with the input that waited for it.
void go_on(session_pointer self);
void flush(session_state& state);
/// Says what is left to be said, and is over.
void end(session_pointer self);
/// What few sessions need.
session_state::rare& more_of(session_state& state);

// -- session_door.cpp: until the dialogue begins --

/// The first step of a new session.
void come_in(session_pointer self);
void take_proxy_header(session_pointer self);
void greet(session_pointer self);
/// The client said something before it was greeted.
void on_early_talk(session_pointer self);
void start_tls(session_pointer self);
void on_secure(session_pointer self, const std::string& why_not);
/// XCLIENT: it is somebody else.
void adopt_client(session_pointer self);

// -- session_clock.cpp: what the client's time is --

/// Waits for the client, unless it lets our replies lie.
void rest(session_state& state);
/// The client's time is over, or our outlets'.
void on_silence(session_pointer self);

// -- session_login.cpp --

void begin_login(session_pointer self);
void find_verifier(session_pointer self);
void judge_login(session_pointer self);
/// The answer to a failed login has waited long enough.
void refuse_login(session_pointer self);
void expand(session_pointer self);

// -- session_envelope.cpp --

void verify_sender(session_state& state);
void verify_recipient(session_state& state);

// -- session_content.cpp --

void begin_content(session_state& state);
/// Moves what has gathered out of the machine, so that a large message never
/// lies in memory whole.
void put_aside(session_state& state);
/// Keeps count of the memory that the message has taken, for all of them
/// together may have only so much.
void count_content(session_state& state);
void store(session_pointer self);

} // namespace stagepost
