"""A program says who may log in: it has name and password in its environment,
nothing in its arguments, and a client need not wait for it for ever."""

import os
import unittest

from stagepost import LoginTest, hashed, is_running, until

PASSWORD = "it's $(touch owned); \"quoted\" `too` \\ %s \u00fc"

PROGRAM = r"""#!/bin/bash
# Tells what it was given, then whether that may log in.
seen=$(mktemp "$1/seen.XXXXXX")
tr '\0' '\n' </proc/$$/cmdline >"$seen.arguments"
tr '\0' '\n' </proc/$$/environ >"$seen.environment"
echo $$ >"$seen.number"
case $SSMTPD_USERNAME in
  anna) [ "$SSMTPD_PASSWORD" = "$(<"$1/password")" ] ;;
  loud) head -c 5000000 /dev/zero; head -c 5000000 /dev/zero >&2 ;;
  hungry) cat >/dev/null ;;
  hanging | users) exec tail -f /dev/null ;;
  crashing) kill -SEGV $$ ;;
  *) exit 3 ;;
esac
"""


class AsksPrograms(LoginTest):
    @classmethod
    def auth(cls):
        os.chmod(cls.folder.path, 0o777)
        cls.folder.write("password", PASSWORD)
        program = cls.folder.write("check login", PROGRAM)
        os.chmod(program, 0o755)
        return [{"type": "command", "timeout": "2s", "workers": 2,
                 "run": [program, cls.folder.path, "--realm", "a b"]},
                {"type": "users", "users": {"users": hashed(PASSWORD),
                                            "known": hashed(PASSWORD)}}]

    def tearDown(self):
        for name in os.listdir(self.folder.path):
            if name.startswith("seen."):
                os.remove(self.folder / name)

    def seen(self, what):
        """What each run of the program wrote of itself."""
        found = []
        for name in os.listdir(self.folder.path):
            if name.endswith(f".{what}"):
                with open(self.folder / name, encoding="utf-8") as file:
                    found.append(file.read().splitlines())
        return found

    def test_a_yes_is_taken(self):
        self.assertEqual(self.attempt("anna", PASSWORD)[:4], "235 ")

    def test_a_no_is_refused(self):
        for user, password in (("anna", "wrong"), ("anna", PASSWORD + " "),
                               ("nobody", PASSWORD)):
            self.source = next(self.sources)
            self.assertEqual(self.attempt(user, password)[:9], "535 5.7.8")

    def test_it_is_told_by_its_environment_alone(self):
        self.attempt("anna", PASSWORD)
        arguments, = self.seen("arguments")
        self.assertEqual(arguments[-3:], [self.folder.path, "--realm", "a b"])
        self.assertNotIn("anna", "\n".join(arguments))
        self.assertNotIn("touch", "\n".join(arguments))
        environment, = self.seen("environment")
        given = dict(x.split("=", 1) for x in environment)
        self.assertEqual(given.pop("SSMTPD_USERNAME"), "anna")
        self.assertEqual(given.pop("SSMTPD_PASSWORD"), PASSWORD)
        self.assertEqual(list(given), ["PATH"])
        for folder in self.folder.path, self.daemon.folder.path:
            self.assertNotIn("owned", os.listdir(folder))

    def test_what_it_says_and_reads_is_nobodys(self):
        for user in "loud", "hungry":
            with self.subTest(user):
                self.assertEqual(self.attempt(user, "x")[:4], "235 ")

    def test_a_program_that_hangs_is_ended_and_the_client_comes_again(self):
        self.assertEqual(self.attempt("hanging", PASSWORD)[:9], "454 4.7.0")
        (number,), = self.seen("number")
        until(lambda: not is_running(int(number)), 15, "it is killed")
        # Its user may be known to the source behind it.
        self.assertEqual(self.attempt("users", PASSWORD)[:4], "235 ")

    def test_who_hangs_keeps_nobody_else_waiting(self):
        with self.secured() as first:
            first.write(b"AUTH PLAIN AGhhbmdpbmcAeA==\r\n")
            until(lambda: self.seen("number"), 15, "the program runs")
            self.assertEqual(self.attempt("anna", PASSWORD)[:4], "235 ")
            self.assertEqual(first.reply()[:9], "454 4.7.0")
            # It was not the client's fault.
            self.assertEqual(first.say("NOOP")[:4], "250 ")

    def test_a_program_that_crashes_says_nothing(self):
        self.assertEqual(self.attempt("crashing", PASSWORD)[:9], "454 4.7.0")

    def test_a_client_that_leaves_meanwhile_harms_nobody(self):
        with self.secured() as first:
            first.write(b"AUTH PLAIN AGhhbmdpbmcAeA==\r\n")
            until(lambda: self.seen("number"), 15, "the program runs")
        self.assertEqual(self.attempt("anna", PASSWORD)[:4], "235 ")
        until(lambda: self.daemon.status()[1]["clients"] == 0, 15)

    def test_programs_can_not_prove_and_others_still_can(self):
        offered = self.secured().offered
        self.assertIn("SCRAM-SHA-256", offered)  # "known" can

    def test_nothing_of_it_is_logged(self):
        self.attempt("anna", PASSWORD)
        self.attempt("anna", "wrong words")
        self.assertTrue([x for x in self.daemon.logged("smtp logged in")
                         if "user=anna" in x])
        for secret in "touch owned", "wrong words", "SSMTPD_PASSWORD":
            self.assertNotIn(secret, self.daemon.log())


if __name__ == "__main__":
    unittest.main()
