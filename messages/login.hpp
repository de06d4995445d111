#pragma once

#include <caf/meta/type_name.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace stagepost {

/// Whether somebody may log in.
enum class login_verdict : std::uint8_t {
  yes,
  no,
  unavailable, ///< Nobody can say now: 454.
};

/// What is known of who wants to log in.
struct login_answer {
  login_verdict verdict = login_verdict::unavailable;
  /// SCRAM: what to check the proof with, as `sasl::to_string` writes it. With
  /// `no` it is a made-up one, so that the client can't tell.
  std::string scram;
  /// Addresses and "@domain"s they may send from.
  std::vector<std::string> senders;
};

template <class Inspector>
typename Inspector::result_type inspect(Inspector& f, login_answer& x) {
  return f(caf::meta::type_name("stagepost.login_answer"), x.verdict, x.scram,
           x.senders);
}

} // namespace stagepost
