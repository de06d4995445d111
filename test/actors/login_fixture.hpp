#pragma once

#include "actor_fixture.hpp"
#include "actors/auth/authenticator.hpp"
#include "actors/storage/journal.hpp"

#include <boost/asio/io_context.hpp>

#include <chrono>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace stagepost::test {

/// What the actor that stands for a hasher was given, and what it is to do.
struct hasher_script {
  std::vector<std::pair<std::string, std::string>> seen; ///< Hash, password.
  bool holds = false; ///< Answers wait in `held`.
  bool fails = false;
  std::vector<caf::typed_response_promise<bool>> held;
};

/// A hash as the scripted hasher has it.
inline std::string hash_of(const std::string& password) {
  return "hash of " + password;
}

inline hasher_actor::behavior_type scripted_hasher(hasher_actor::pointer self,
                                                   hasher_script* x, node* here,
                                                   std::size_t slot) {
  here->hashers.at(slot).set(self);
  return {
    [self, x](password_atom, const std::string& hash,
              const std::string& password) -> caf::result<bool> {
      x->seen.emplace_back(hash, password);
      if (x->fails)
        return caf::make_error(caf::sec::runtime_error, "no memory");
      if (!x->holds)
        return hash == hash_of(password);
      auto waits = self->make_response_promise<bool>();
      x->held.push_back(waits);
      return waits;
    },
  };
}

/// What the actor that stands for the directory knows.
struct directory_script {
  std::map<std::string, account> accounts; ///< By what is asked for.
  std::vector<std::string> asked;
  bool holds = false;
  bool fails = false;
  std::vector<caf::typed_response_promise<account>> held;
};

inline directory_actor::behavior_type
scripted_directory(directory_actor::pointer self, directory_script* x,
                   node* here) {
  here->directory.set(self);
  return {
    [self, x](find_atom, const std::string& login) -> caf::result<account> {
      x->asked.push_back(login);
      if (x->fails)
        return make_storage_error(storage_fault::unavailable, "no route");
      if (!x->holds)
        return x->accounts[login];
      auto waits = self->make_response_promise<account>();
      x->held.push_back(waits);
      return waits;
    },
    [](change_atom, const directory_change&) {
      return directory_verdict::malformed;
    },
    [](tick_atom) {},
  };
}

/// An authenticator whose hashers and directory do as they are told, and
/// clients that remember what they hear. Its programs are real.
struct login_fixture : actor_fixture {
  using verdict = login_verdict;
  using source = config::auth_source;

  boost::asio::io_context loop;
  node here{config::configuration{}};
  hasher_script hashing[2];
  directory_script people;
  hasher_actor hashers[2];
  directory_actor directory;
  login_actor who;
  std::vector<login_answer> heard; ///< By clients, in order.

  login_fixture() {
    for (std::size_t i = 0; i < 2; ++i)
      hashers[i] = system.spawn(scripted_hasher, &hashing[i], &here, i);
    directory = system.spawn(scripted_directory, &people, &here);
    who = system.spawn(authenticator, &loop, &here,
                       std::string{"auth/authenticator"});
    settle();
  }

  ~login_fixture() {
    for (auto& x : hashing)
      x.held.clear();
    people.held.clear();
    for (const auto& x : {caf::actor_cast<caf::actor>(who),
                          caf::actor_cast<caf::actor>(directory),
                          caf::actor_cast<caf::actor>(hashers[0]),
                          caf::actor_cast<caf::actor>(hashers[1])})
      if (x)
        stop(x);
  }

  void sources(std::vector<source> xs) {
    config::configuration out;
    out.auth = std::move(xs);
    here.in_force.replace(std::move(out));
  }

  static source users(std::map<std::string, source::user> xs) {
    source out;
    out.users = std::move(xs);
    return out;
  }
  static source from_directory() {
    source out;
    out.type = source::kind::directory;
    return out;
  }
  static source program(std::vector<std::string> run,
                        std::uint32_t workers = 16) {
    source out;
    out.type = source::kind::command;
    out.run = std::move(run);
    out.workers = workers;
    out.timeout = config::seconds{1};
    return out;
  }
  static source script(const std::string& text) {
    return program({"/bin/sh", "-c", text});
  }
  account& add_account(const std::string& address) {
    auto& out = people.accounts[address];
    out.id = 1;
    out.address = address;
    out.password = hash_of("secret");
    return out;
  }

  template <class... Ts>
  void begin(Ts... xs) {
    system.spawn(
      [this](caf::event_based_actor* me, const Ts&... ys) {
        me->request(here.authenticator.get(), caf::infinite, ys...)
          .then(
            [this](const login_answer& x) { heard.push_back(x); },
            [this](const caf::error& why) { BOOST_ERROR(system.render(why)); });
      },
      xs...);
    settle();
  }
  void begin_login(const std::string& user,
                   const std::string& password = "secret") {
    begin(password_atom_v, user, password);
  }

  /// Until so many answers came.
  bool wait_for(std::size_t count) {
    const auto end
      = std::chrono::steady_clock::now() + std::chrono::seconds{20};
    while (heard.size() < count && std::chrono::steady_clock::now() < end) {
      loop.restart();
      loop.run_one_for(std::chrono::milliseconds{10});
      settle();
    }
    return heard.size() >= count;
  }

  login_answer log_in(const std::string& user,
                      const std::string& password = "secret") {
    const auto before = heard.size();
    begin_login(user, password);
    BOOST_REQUIRE(wait_for(before + 1));
    return heard.back();
  }
  verdict verdict_of(const std::string& user,
                     const std::string& password = "secret") {
    return log_in(user, password).verdict;
  }
  login_answer ask_verifier(const std::string& user) {
    const auto before = heard.size();
    begin(scram_atom_v, user);
    BOOST_REQUIRE(wait_for(before + 1));
    return heard.back();
  }

  [[nodiscard]] std::size_t hashed() const {
    return hashing[0].seen.size() + hashing[1].seen.size();
  }
  /// What the only hashing was of.
  [[nodiscard]] std::string only_hashed() const {
    BOOST_REQUIRE(hashed() == 1);
    return (hashing[0].seen.empty() ? hashing[1] : hashing[0])
      .seen.front()
      .first;
  }
};

} // namespace stagepost::test
