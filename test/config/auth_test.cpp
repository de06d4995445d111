#include "test/config/fault.hpp"

#include <boost/test/unit_test.hpp>

namespace stagepost::config {

namespace {

const std::string hash = "$argon2id$v=19$m=65536,t=3,p=1$"
                         "c29tZXNhbHRzb21lc2FsdA$"
                         "aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNoaGFzaGhhc2g";
const std::string verifier = "SCRAM-SHA-256$4096:c2FsdHNhbHRzYWx0$"
                             + std::string(43, 'A')
                             + "=:" + std::string(42, 'B') + "A=";

configuration with(const std::string& auth) {
  return good(read_text(auth + std::string(least)));
}

} // namespace

BOOST_AUTO_TEST_SUITE(auth)

BOOST_AUTO_TEST_CASE(sources_stand_in_their_order) {
  const auto x
    = with("auth:\n"
           "  - {type: command, run: [/bin/sh, -c, \"\"], timeout: 3s, "
           "workers: 4}\n"
           "  - type: users\n"
           "    users:\n"
           "      Alice: \""
           + hash
           + "\"\n"
             "      bob@example.com:\n"
             "        password: "
           + hash + "\n        scram: " + verifier
           + "\n        senders: [Bob@example.com, \"@bob.example\"]\n"
             "  - {type: directory}\n"
             "  - {type: command, run: /bin/true}\n");
  using kind = auth_source::kind;
  BOOST_TEST_REQUIRE(x.auth.size() == 4U);
  BOOST_TEST((x.auth[0].type == kind::command));
  BOOST_TEST((x.auth[0].run == std::vector<std::string>{"/bin/sh", "-c", ""}));
  BOOST_TEST((x.auth[0].timeout == seconds(3)));
  BOOST_TEST(x.auth[0].workers == 4U);
  BOOST_TEST((x.auth[1].type == kind::users));
  BOOST_TEST_REQUIRE(x.auth[1].users.size() == 2U);
  BOOST_TEST(x.auth[1].users.at("Alice").password == hash);
  const auto& bob = x.auth[1].users.at("bob@example.com");
  BOOST_TEST(bob.password == hash);
  BOOST_TEST(bob.scram == verifier);
  BOOST_TEST((bob.senders
              == std::vector<std::string>{"Bob@example.com", "@bob.example"}));
  BOOST_TEST((x.auth[2].type == kind::directory));
  BOOST_TEST((x.auth[3].run == std::vector<std::string>{"/bin/true"}));
  BOOST_TEST((x.auth[3].timeout == seconds(10)));
}

BOOST_AUTO_TEST_CASE(names_are_as_they_are_written) {
  const auto x = with("auth: [{type: users, users: {alice: \"" + hash
                      + "\", ALICE: \"" + hash + "\"}}]\n");
  BOOST_TEST(x.auth[0].users.size() == 2U);
}

BOOST_AUTO_TEST_CASE(a_source_is_checked) {
  check_all({
    {"auth: {type: directory}\n", "1:7: `auth` wants a list, not a mapping"},
    {"auth: [{}]\n", "1:8: `type` is missing"},
    {"auth: [{type: ldap}]\n",
     "1:15: `type` wants `command`, `users` or `directory`, not `ldap`"},
    {"auth: [{type: comand, run: /bin/true}]\n",
     "1:15: `type` can't be `comand`; did you mean `command`?"},
    {"auth: [{type: command}]\n", "1:8: `run` is missing"},
    {"auth: [{type: users}]\n", "1:8: `users` is missing"},
    {"auth: [{type: directory, run: /bin/true}]\n",
     "1:26: `run` is for sources of type command"},
    {"auth: [{type: users, users: {}, timeout: 1s}]\n",
     "1:33: `timeout` is for sources of type command"},
    {"auth: [{type: directory, users: {}}]\n",
     "1:26: `users` is for sources of type users"},
    {"auth:\n  - {type: directory}\n  - {type: directory}\n",
     "3:5: the directory is asked already, in line 2"},
    {"auth: [{type: command, run: /bin/true, timeout: 0}]\n",
     "1:49: `timeout` must be from 1s to 5m, not `0`"},
    {"auth: [{type: command, run: /bin/true, workers: 0}]\n",
     "1:49: `workers` must be from 1 to 1024, not `0`"},
  });
}

BOOST_AUTO_TEST_CASE(a_program_must_be_there_and_run) {
  const folder files;
  const auto plain = files.write("plain", "#!/bin/sh\n");
  check_all({
    {"auth: [{type: command, run: []}]\n",
     "1:29: `run` wants a program with its arguments, such as "
     "[/usr/local/bin/check-login], not a list"},
    {"auth: [{type: command, run: {a: b}}]\n",
     "1:29: `run` wants a program with its arguments, such as "
     "[/usr/local/bin/check-login], not a mapping"},
    {"auth: [{type: command, run: check-login}]\n",
     "1:29: the program of `run` wants an absolute path, not `check-login`"},
    {"auth: [{type: command, run: [\"\"]}]\n",
     "1:30: the program of `run` wants an absolute path, not ``"},
    {"auth: [{type: command, run: [/nowhere/check, a]}]\n",
     "1:30: the program `/nowhere/check` can't be run: No such file or "
     "directory"},
    {"auth: [{type: command, run: /tmp}]\n",
     "1:29: the program `/tmp` can't be run: not a file"},
    {"auth: [{type: command, run: " + plain + "}]\n",
     "1:29: the program `" + plain + "` can't be run: Permission denied"},
  });
}

BOOST_AUTO_TEST_CASE(a_user_is_checked) {
  check_all({
    {"auth: [{type: users, users: [a]}]\n",
     "1:29: `users` wants a mapping of keys to values, not a list"},
    {"auth: [{type: users, users: {\"a b\": \"" + hash + "\"}}]\n",
     "1:30: a user's name has from 1 to 255 octets of UTF-8, without spaces "
     "and control characters"},
    {"auth: [{type: users, users: {a: {}}}]\n",
     "1:33: `a` has neither `password` nor `scram`: nobody could log in with "
     "it"},
    {"auth: [{type: users, users: {a: {senders: a@b.example}}}]\n",
     "1:33: `a` has neither `password` nor `scram`: nobody could log in with "
     "it"},
    {"auth: [{type: users, users: {a: {pasword: x}}}]\n",
     "1:34: unknown key `pasword`; did you mean `password`?"},
    {"auth: [{type: users, users: {a: {scram: \"" + verifier
       + "\", senders: [\"/a/\"]}}}]\n",
     "1:180: `senders` wants addresses, or `@domain`, not `/a/`"},
    {"auth: [{type: users, users: {a: {scram: \"" + verifier
       + "\", senders: \"<>\"}}}]\n",
     "1:179: `senders` wants addresses, or `@domain`, not `<>`"},
  });
}

BOOST_AUTO_TEST_CASE(a_password_in_the_file_is_a_mistake_and_never_shown) {
  const std::string told = " wants a hash that begins with `$argon2id$` as "
                           "`stagepost password` makes it; what stands here is "
                           "not shown";
  check_all({
    {"auth: [{type: users, users: {alice: secret}}]\n", "1:37: `alice`" + told},
    {"auth: [{type: users, users: {alice: [secret]}}]\n",
     "1:37: `alice`" + told},
    {"auth: [{type: users, users: {alice: {password: secret}}}]\n",
     "1:48: `password`" + told},
    {"auth: [{type: users, users: {alice: {password: {a: secret}}}}]\n",
     "1:48: `password`" + told},
    {"auth: [{type: users, users: {alice: \"" + verifier + "\"}}]\n",
     "1:37: `alice`" + told},
    {"auth: [{type: users, users: {alice: {scram: secret}}}]\n",
     "1:45: `scram` wants a verifier that begins with `SCRAM-SHA-256$` as "
     "`stagepost password` makes it; what stands here is not shown"},
  });
}

BOOST_AUTO_TEST_SUITE_END()

} // namespace stagepost::config
