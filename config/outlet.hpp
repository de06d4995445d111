#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace stagepost::config {

using std::chrono::seconds;

/// Where a setting stands, for `check`.
struct file_place {
  std::string file{};
  int line = 0;   ///< From 1.
  int column = 0; ///< From 1.
  /// A setting is the same wherever it stands.
  bool operator==(const file_place& /*other*/) const {
    return true;
  }
};

enum class outlet_type { queue, discard, http, command };

/// A mail of its own to the sender when an outlet failed.
struct failure_mail {
  bool wanted = false;
  std::string text{};          ///< File of its template; "" = the built-in one.
  std::string html{};          ///< Likewise.
  std::uint32_t per_hour = 20; ///< To one sender; 0 = no limit.
  bool operator==(const failure_mail&) const = default;
};

/// What an http outlet adds: a platform that mail is POSTed to.
struct http_platform {
  /// One POST a message, or one for each of its recipients.
  enum class unit { message, recipient };
  std::string url; ///< http:// or https://
  std::map<std::string, std::string> headers;
  unit per = unit::message;
  bool raw = false;      ///< The message as it came goes along.
  std::string secret;    ///< Of the signature; "" = none.
  std::string authority; ///< PEM file; "" = the system's authorities.
  file_place authority_at{};
  seconds connect_timeout{10};
  bool operator==(const http_platform&) const = default;
};

/// What a command outlet adds: a program that is fed with mail.
struct mail_program {
  std::vector<std::string> run; ///< argv; no shell.
  std::string user;             ///< "" = the daemon's.
  file_place user_at{};
  bool keep_alive = false;  ///< One process takes many mails.
  std::uint64_t memory = 0; ///< Octets of address space; 0 = no limit.
  seconds cpu{0};           ///< 0 = no limit.
  bool operator==(const mail_program&) const = default;
};

struct outlet {
  std::string name;
  outlet_type type = outlet_type::queue;
  // -- of an http or a command outlet --
  std::string fallback{};      ///< Who gets what failed for now; "" = nobody.
  std::uint32_t workers = 16;  ///< At a time.
  std::uint32_t waiting = 500; ///< In line for them, over which 451 4.3.2.
  seconds timeout{60};         ///< For one mail, once a worker has it.
  seconds reply_within{240};   ///< All that a client waits.
  config::failure_mail failure_mail{};
  http_platform http{};
  mail_program command{};
  bool operator==(const outlet&) const = default;
};

} // namespace stagepost::config
