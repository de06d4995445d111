#pragma once

#include "actors/auth/login_programs.hpp"
#include "actors/auth/unknown_users.hpp"
#include "actors/node.hpp"
#include "actors/runtime/observed.hpp"

#include <caf/actor_clock.hpp>
#include <caf/typed_response_promise.hpp>

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

namespace stagepost {

/// Somebody who wants to log in, on the way from source to source. Who asked
/// hears `unavailable` if the way ends in the middle.
struct login_attempt {
  enum class by { password, proof };

  login_attempt(by how_, rules_ptr rules_, std::string user_)
    : how(how_), rules(std::move(rules_)), user(std::move(user_)) {
  }
  ~login_attempt();
  login_attempt(const login_attempt&) = delete;
  login_attempt& operator=(const login_attempt&) = delete;

  const by how;
  const rules_ptr rules; ///< In force when it began.
  const std::string user;
  sasl::secret password;
  std::size_t next = 0;  ///< The source to ask.
  bool doubtful = false; ///< A source that could have said yes said nothing.
  caf::typed_response_promise<login_answer> asks;
};

struct authenticator_state {
  static inline const char* name = "authenticator";

  /// Logins that wait for the hashers, and as many for the directory.
  static constexpr std::size_t longest_line = 64;

  node* here = nullptr;
  std::array<std::size_t, node::most_hashers> hashing{}; ///< By hasher.
  std::size_t finding = 0; ///< Questions to the directory.
  std::unique_ptr<login_programs> programs;
  std::map<std::uint64_t, std::shared_ptr<login_attempt>> at_programs;
  std::uint64_t last_number = 0;
  unknown_users unknown{key_of_unknown_users()};
  caf::actor_clock::time_point complains_again; ///< Of too many logins.
};

/// The AUTHENTICATOR, as it knows itself.
using login_actor = authenticator_actor::extend<
  // INTERNAL: what a program says of the login with this number.
  caf::reacts_to<ready_atom, std::uint64_t, login_verdict>>;
using login_pointer = pointer<login_actor, authenticator_state>;

/// The AUTHENTICATOR of a node. Runs on the loop it was given, where its
/// programs come to their ends.
///
/// The first source that knows a user decides. A program that does not say yes
/// does not know; if it says nothing at all, the sources after it are asked,
/// and a user whom none of these knows hears `unavailable`. A directory that
/// does not answer ends the way: who is disabled there must not get in by a
/// later source. For a user whom no source knows a password is hashed all the
/// same, so that the time tells nothing.
///
/// 64 logins wait for the hashers, 64 for the directory, 64 for each program;
/// any more are `unavailable`.
login_actor::behavior_type authenticator(login_pointer self,
                                         boost::asio::io_context* loop,
                                         node* here, std::string path);

} // namespace stagepost
