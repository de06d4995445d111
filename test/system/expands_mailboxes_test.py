"""EXPN says whose a mailbox is, to who logged in, where a listener allows it;
nobody else learns who is here."""

import unittest

from stagepost import LoginTest, hashed, plain, run


class ExpandsMailboxes(LoginTest):
    listeners = [
        {"name": "mx", "address": "127.0.0.1:0", "tls": "starttls",
         "auth": "optional", "expn": True},
        {"name": "silent", "address": "127.0.0.1:0", "tls": "starttls",
         "auth": "optional"}]

    @classmethod
    def auth(cls):
        return [{"type": "users", "users": {"alice": hashed("sesame")}},
                {"type": "directory"}]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        for line in (["domain", "add", "example.com"],
                     ["mailbox", "add", "Anna@example.com", "--stdin",
                      "--name", "Anna Nowak"],
                     ["mailbox", "add", "box@example.com", "--stdin"],
                     ["mailbox", "add", "gone@example.com", "--stdin"],
                     ["mailbox", "disable", "gone@example.com"]):
            done = run(*line, "--socket", cls.daemon.socket, input="word\n")
            assert done.returncode == 0, done.stderr

    def logged_in(self, listener="mx"):
        client = self.secured(listener)
        self.assertEqual(client.say(f"AUTH PLAIN {plain('alice', 'sesame')}")
                         [:4], "235 ")
        return client

    def test_who_logged_in_hears_whose_it_is(self):
        client = self.logged_in()
        self.assertEqual(client.say("EXPN anna@EXAMPLE.com"),
                         "250 2.1.5 Anna Nowak <Anna@example.com>")
        self.assertEqual(client.say("EXPN box@example.com"),
                         "250 2.1.5 <box@example.com>")

    def test_there_is_none_for_who_is_not_here(self):
        client = self.logged_in()
        for subject in ("nobody@example.com", "anna@other.example", "anna",
                        "gone@example.com", "<>", "x" * 400, "'; drop--",
                        "%@example.com"):
            with self.subTest(subject):
                self.assertRegex(client.say(f"EXPN {subject}"),
                                 r"^(550 5\.1\.1|501 5\.) ?")
        self.assertEqual(client.say("EXPN")[:4], "501 ")

    def test_nobody_else_hears_anything(self):
        for client in (self.greeted(), self.secured(), self.secured("silent"),
                       self.logged_in("silent")):
            for subject in "anna@example.com", "nobody@example.com":
                self.assertEqual(client.say(f"EXPN {subject}")[:9],
                                 "502 5.5.1")

    def test_vrfy_tells_nobody_either(self):
        client = self.logged_in()
        self.assertEqual(client.say("VRFY anna@example.com"),
                         client.say("VRFY nobody@example.com"))


if __name__ == "__main__":
    unittest.main()
