"""Domains, mailboxes and their passwords, as an administrator handles them."""

import json
import os
import pty
import select
import subprocess
import termios
import unittest

from stagepost import PROGRAM, Daemon, SystemTest, run, until

USAGE = 64
HASH = r"\$argon2id\$v=19\$m=\d+,t=\d+,p=\d+\$[A-Za-z0-9+/]+\$[A-Za-z0-9+/]+"
SCRAM = r"SCRAM-SHA-256\$\d+:[A-Za-z0-9+/=]+\$[A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+"


class DirectoryTest(SystemTest):
    """A daemon whose directory is empty when a test begins."""

    @classmethod
    def setUpClass(cls):
        cls.daemon = cls.enterClassContext(Daemon())

    def tearDown(self):
        for address in self.mailboxes():
            self.cli("mailbox", "remove", address)
        for name in self.domains():
            self.cli("domain", "remove", name)

    def cli(self, *arguments, password=None, status=0):
        done = run(*arguments, "--socket", self.daemon.socket,
                   input=None if password is None else password + "\n")
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stderr

    def add(self, address, password="secret words", **options):
        return self.cli("mailbox", "add", address, "--stdin",
                        password=password, **options)

    def mailboxes(self, *filters):
        answer = json.loads(self.cli("mailbox", "list", "--json", *filters))
        return {x["address"]: x for x in answer["mailboxes"]}

    def domains(self):
        answer = json.loads(self.cli("domain", "list", "--json"))
        return {x["name"]: x for x in answer["domains"]}


class Directory(DirectoryTest):
    def test_what_is_added_is_listed(self):
        self.assertIn("example.com added",
                      self.cli("domain", "add", "example.com"))
        self.cli("domain", "add", "Example.ORG")
        self.assertIn("Anna@example.com added",
                      self.cli("mailbox", "add", "Anna@example.com",
                               "--name", "Anna Nowak", "--stdin",
                               password="one two"))
        self.add("zoe@example.org")
        self.assertEqual(sorted(self.domains()),
                         ["example.com", "example.org"])
        self.assertEqual(self.domains()["example.com"]["mailboxes"], 1)
        anna = self.mailboxes()["Anna@example.com"]
        self.assertEqual((anna["name"], anna["enabled"],
                          anna["domain_enabled"]), ("Anna Nowak", True, True))
        self.assertEqual(list(self.mailboxes("--domain", "example.org")),
                         ["zoe@example.org"])
        self.assertRegex(self.cli("mailbox", "list"),
                         r"(?m)^Anna@example\.com +enabled .* Anna Nowak$")
        self.assertRegex(self.cli("domain", "list"),
                         r"(?m)^example\.com +enabled +1 ")

    def test_mailboxes_and_domains_are_disabled_and_enabled(self):
        self.cli("domain", "add", "example.com")
        self.add("anna@example.com")
        self.cli("mailbox", "disable", "ANNA@Example.com")
        self.assertIn(" disabled ", self.cli("mailbox", "list"))
        self.cli("domain", "disable", "example.com")
        said = self.cli("mailbox", "enable", "anna@example.com")
        self.assertIn("stagepost domain enable example.com", said)
        self.assertIn(" domain disabled ", self.cli("mailbox", "list"))
        self.assertIn("stagepost domain enable example.com",
                      self.add("bob@example.com"))
        self.cli("domain", "enable", "example.com")
        self.assertTrue(all(x["enabled"] and x["domain_enabled"]
                            for x in self.mailboxes().values()))

    def test_what_is_removed_is_gone(self):
        self.cli("domain", "add", "example.com")
        self.add("anna@example.com")
        said = self.cli("domain", "remove", "example.com", status=1)
        self.assertIn("has mailboxes", said)
        self.cli("mailbox", "remove", "anna@example.com")
        self.cli("domain", "remove", "example.com")
        self.assertEqual((self.mailboxes(), self.domains()), ({}, {}))

    def test_a_refusal_names_the_next_step(self):
        self.cli("domain", "add", "example.com")
        self.add("anna@example.com")
        for expected, *command in (
                ("stagepost domain add example.net",
                 "mailbox", "add", "bob@example.net", "--stdin"),
                ("stagepost mailbox password ANNA@example.com",
                 "mailbox", "add", "ANNA@example.com", "--stdin"),
                ("no mailbox", "mailbox", "add", "bob", "--stdin"),
                ("stagepost mailbox list --domain example.com",
                 "mailbox", "password", "bob@example.com", "--stdin"),
                ("stagepost mailbox list --domain example.com",
                 "mailbox", "disable", "bob@example.com"),
                ("already", "domain", "add", "EXAMPLE.com"),
                ("no domain", "domain", "add", "example..com"),
                ("no domain", "domain", "add", "[192.0.2.1]"),
                ("stagepost domain list", "domain", "enable", "example.net"),
                ("stagepost domain list", "domain", "remove", "example.net"),
                ("control characters", "mailbox", "add", "x@example.com",
                 "--name", "a\x1bb", "--stdin")):
            said = self.cli(*command, password="secret words", status=1)
            self.assertIn(expected, said)
            self.assertEqual(said.count("\n"), 1)
        self.assertEqual(list(self.mailboxes()), ["anna@example.com"])

    def test_bad_passwords_are_refused_before_the_daemon_is_asked(self):
        self.cli("domain", "add", "example.com")
        for password in ("", "a\tb", "x" * 1025, "x" * 100_000):
            done = run("mailbox", "add", "anna@example.com", "--stdin",
                       "--socket", self.daemon.socket, input=password + "\n")
            self.assertEqual(done.returncode, USAGE, password[:10])
            self.assertIn("password", done.stderr)
        self.assertEqual(self.mailboxes(), {})

    def test_only_hashes_get_into_the_database(self):
        self.cli("domain", "add", "example.com")
        for body in ({"password": "secret words"}, {},
                     {"password": "$argon2id$nonsense"}):
            done = subprocess.run(
                ["curl", "-s", "--unix-socket", self.daemon.socket,
                 "http://x/mailboxes/add", "--json",
                 json.dumps({"address": "anna@example.com"} | body)],
                capture_output=True, text=True, check=True)
            self.assertIn("stagepost password", done.stdout)
        self.assertEqual(self.mailboxes(), {})

    def test_a_password_shows_nowhere(self):
        self.cli("domain", "add", "example.com")
        self.add("anna@example.com", password="gr33n-apples")
        self.cli("mailbox", "password", "anna@example.com", "--stdin",
                 password="r3d-apples")
        lists = (self.cli("mailbox", "list")
                 + self.cli("mailbox", "list", "--json"))
        for text in (lists, self.daemon.log()):
            for secret in ("gr33n-apples", "r3d-apples", "$argon2id$",
                           "SCRAM-SHA-256$"):
                self.assertNotIn(secret, text)
        for what in ("add mailbox", "set password"):
            self.assertTrue([x for x in self.daemon.logged("directory changed")
                             if f'what="{what}"' in x])

    def test_a_terminal_is_asked_twice_and_shows_nothing(self):
        self.cli("domain", "add", "example.com")
        answer, screen = ask_on_terminal(
            [PROGRAM, "mailbox", "add", "anna@example.com",
             "--socket", self.daemon.socket], ["p4ss word", "p4ss word"])
        self.assertEqual(answer, 0, screen)
        self.assertIn("anna@example.com added", screen)
        self.assertNotIn("p4ss", screen)


class Faults(DirectoryTest):
    def test_all_is_there_after_a_restart_and_a_crash(self):
        self.cli("domain", "add", "example.com")
        self.add("anna@example.com")
        self.cli("domain", "disable", "example.com")
        before = self.mailboxes()
        self.daemon.stop()
        self.daemon.start()
        self.assertEqual(self.mailboxes(), before)
        self.cli("mailbox", "disable", "anna@example.com")
        self.daemon.kill9()
        self.daemon.start()
        self.assertFalse(self.mailboxes()["anna@example.com"]["enabled"])

    def test_a_database_that_dies_is_waited_for(self):
        self.cli("domain", "add", "example.com")
        self.daemon.kill9_postgres()
        until(lambda: "example.com" in self.daemon.cli(
            "domain", "list", status=None), 30)
        until(lambda: "added" in self.daemon.cli(
            "domain", "add", "example.org", status=None), 30)
        self.assertEqual(sorted(self.domains()),
                         ["example.com", "example.org"])

    def test_the_actor_stands_in_the_tree_and_comes_back(self):
        self.cli("domain", "add", "example.com")
        self.daemon.restart_actor("storage/directory")
        # Between its death and its successor the tree has none.
        until(lambda: self.daemon.actors().get(
            "storage/directory", {}).get("restarts"), 10, "it starts again")
        self.cli("domain", "disable", "example.com")
        self.assertFalse(self.domains()["example.com"]["enabled"])


class Password(unittest.TestCase):
    def made(self, *options, password="secret words"):
        done = run("password", *options, input=password + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)
        return done.stdout

    def test_a_hash_is_printed_for_the_configuration(self):
        self.assertRegex(self.made("--stdin"), f'^"{HASH}"\n$')
        self.assertRegex(
            self.made("--stdin", "--scram"),
            f'^{{password: "{HASH}", scram: "{SCRAM}"}}\n$')
        both = json.loads(self.made("--stdin", "--json"))
        self.assertRegex(both["password"], f"^{HASH}$")
        self.assertRegex(both["scram"], f"^{SCRAM}$")

    def test_no_two_are_the_same(self):
        self.assertNotEqual(self.made("--stdin"), self.made("--stdin"))

    def test_a_bad_one_is_refused(self):
        for password in ("", "x" * 1025, "a\x01b"):
            done = run("password", "--stdin", input=password + "\n")
            self.assertEqual((done.returncode, done.stdout), (USAGE, ""))
        self.assertEqual(run("password", "--stdin", input="").returncode,
                         USAGE)

    def test_without_a_terminal_it_says_what_to_do(self):
        done = run("password", stdin=subprocess.DEVNULL,
                   start_new_session=True)
        self.assertEqual(done.returncode, USAGE)
        self.assertIn("--stdin", done.stderr)

    def test_a_terminal_is_asked_twice(self):
        status, screen = ask_on_terminal(
            [PROGRAM, "password"], ["p4ss word", "p4ss word"])
        self.assertEqual(status, 0, screen)
        self.assertRegex(screen, HASH)
        self.assertNotIn("p4ss", screen)

    def test_ctrl_c_leaves_the_terminal_as_it_was(self):
        with Terminal(PROGRAM, "password") as terminal:
            self.assertTrue(terminal.echoes())
            until(lambda: "Password: " in terminal.read(), 10)
            self.assertFalse(terminal.echoes())
            terminal.type("p4ss\x03")
            self.assertNotEqual(terminal.end(), 0)
            self.assertTrue(terminal.echoes())
            self.assertNotIn("argon2id", terminal.screen)

    def test_two_that_differ_are_refused(self):
        status, screen = ask_on_terminal(
            [PROGRAM, "password"], ["p4ss word", "p4ss wort"])
        self.assertEqual(status, USAGE)
        self.assertIn("not the same", screen)


class Terminal:
    """A terminal with a program on it."""

    def __init__(self, *command):
        self.ours, self.its = pty.openpty()
        self.screen = ""
        self.process = subprocess.Popen(
            ["setsid", "--ctty", "--wait", *command],
            stdin=self.its, stdout=self.its, stderr=self.its)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()
        os.close(self.ours)
        os.close(self.its)

    def echoes(self):
        return bool(termios.tcgetattr(self.its)[3] & termios.ECHO)

    def type(self, text):
        os.write(self.ours, text.encode())

    def read(self):
        while select.select([self.ours], [], [], 0)[0]:
            self.screen += os.read(self.ours, 4096).decode()
        return self.screen

    def answer(self, question, text):
        until(lambda: self.read().endswith(question), 10, question)
        self.type(text)

    def end(self):
        status = self.process.wait(30)
        self.read()
        return status


def ask_on_terminal(command, answers):
    """Types the answers as they are asked for. Returns status and screen."""
    with Terminal(*command) as terminal:
        for question, text in zip(("Password: ", "Once more: "), answers):
            terminal.answer(question, text + "\n")
        return terminal.end(), terminal.screen


if __name__ == "__main__":
    unittest.main()
