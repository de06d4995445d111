#include "mail/smtp/relay_login.hpp"

#include "mail/sasl/base64.hpp"
#include "mail/smtp/breach.hpp"

#include <algorithm>
#include <utility>

namespace stagepost::smtp {

namespace {

/// A command with its CRLF (RFC 5321, 4.5.3.1.4).
constexpr std::size_t longest_command = 512;

/// So much of a secret in a text gives it away.
constexpr std::size_t telling = 16;

} // namespace

relay_login::relay_login(credentials x, const capabilities& server, bool secure)
  : who_(std::move(x)) {
  using sasl::mechanism;
  if (!secure && !who_.in_clear) {
    fail("there is no TLS, and the password does not go in clear");
    return;
  }
  if (server.auth_login)
    left_.push_back(mechanism::login);
  if (server.auth_plain)
    left_.push_back(mechanism::plain);
  if (server.auth_scram_sha_256)
    left_.push_back(mechanism::scram_sha_256);
  if (left_.empty())
    fail("the server offers no AUTH by SCRAM-SHA-256, PLAIN or LOGIN");
}

void relay_login::start(std::string& out) {
  if (now_ == stage::under_way)
    try_next(out);
}

void relay_login::try_next(std::string& out) {
  how_ = left_.back();
  left_.pop_back();
  client_.emplace(how_, who_.user, who_.password, who_.nonce);
  std::string command = "AUTH " + std::string(sasl::to_string(how_));
  held_back_ = client_->initial();
  if (held_back_) {
    auto line = sasl::encode_base64(*held_back_);
    if (command.size() + line.size() + 3 <= longest_command) {
      command += ' ' + line;
      said_.push_back(std::move(line));
      held_back_.reset();
    }
  }
  out += command + "\r\n";
}

void relay_login::take(const reply& x, std::string& out) {
  if (smtp::refused(x))
    return refused(x, out);
  if (x.code / 100 == 3 && !broken_off_)
    return respond(x, out);
  if (!x.positive())
    return fail(words_of(breach("235", x)));
  if (broken_off_ || !client_->satisfied())
    return fail("the server did not prove that it knows the password");
  now_ = stage::done;
}

void relay_login::respond(const reply& x, std::string& out) {
  if (held_back_)
    return say(*std::exchange(held_back_, std::nullopt), out);
  const auto challenge = sasl::decode_base64(x.text);
  // LOGIN's prompts are for people; some servers send them as they are.
  const auto answer = client_->answer(challenge ? *challenge : std::string{});
  if (answer)
    return say(*answer, out);
  broken_off_ = true; // RFC 4954, 4
  why_.text = "the server's challenge can't be answered: "
              + std::string(client_->why());
  out += "*\r\n";
}

void relay_login::refused(const reply& x, std::string& out) {
  if (broken_off_)
    return fail(std::exchange(why_.text, {}));
  // It would not like the same password any better in another wrapping.
  const bool same = x.code == 535 && how_ == sasl::mechanism::plain;
  if (left_.empty() || same)
    return fail(words_of(x));
  try_next(out);
}

void relay_login::say(std::string_view octets, std::string& out) {
  auto line = sasl::encode_base64(octets);
  out += line + "\r\n";
  said_.push_back(std::move(line));
}

void relay_login::fail(const std::string& reason) {
  now_ = stage::failed;
  why_ = by_us({454, {4, 7, 0}, "Login failed: " + reason});
}

// A server may repeat the line that it did not like.
std::string relay_login::words_of(const reply& x) const {
  const auto gives_away = [&](const std::string& secret) {
    return !secret.empty()
           && x.text.find(secret.substr(0, telling)) != std::string::npos;
  };
  if (gives_away(who_.password)
      || std::any_of(said_.begin(), said_.end(), gives_away))
    return std::to_string(x.code) + " (with words that repeat the login)";
  return to_string(x);
}

} // namespace stagepost::smtp
