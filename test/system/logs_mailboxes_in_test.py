"""Who has a mailbox in the directory logs in with it, as long as it is enabled;
and sources of logins are asked in their order."""

import unittest

from stagepost import LoginTest, hashed, logs_in_by_scram, plain, run


class LogsMailboxesIn(LoginTest):
    listeners = [
        *LoginTest.listeners,
        {"name": "submission", "address": "127.0.0.1:0", "tls": "starttls",
         "auth": "required", "require_sender_match": True}]

    @classmethod
    def auth(cls):
        return [{"type": "users", "users": {
                    "both@example.com": hashed("from the file")}},
                {"type": "directory"}]

    def cli(self, *arguments, password=None):
        done = run(*arguments, "--socket", self.daemon.socket,
                   input=None if password is None else password + "\n")
        self.assertEqual(done.returncode, 0, done.stderr)

    def setUp(self):
        super().setUp()
        self.cli("domain", "add", "example.com")
        self.addCleanup(self.cli, "domain", "remove", "example.com")
        self.add("Anna@example.com", "one word and two")

    def add(self, address, password):
        self.cli("mailbox", "add", address, "--stdin", password=password)
        self.addCleanup(self.cli, "mailbox", "remove", address)

    def answers(self, expected, user="anna@example.com",
                password="one word and two"):
        self.source = next(self.sources)
        self.assertEqual(self.attempt(user, password)[:3], expected, user)

    def proves(self, user="anna@example.com", password="one word and two"):
        well, said = logs_in_by_scram(self.daemon.port(), user, password,
                                      self.certificate)
        self.assertIn("235 " if well else "535 5.7.8", said)
        return well

    def test_a_mailbox_is_a_login(self):
        self.answers("235")
        self.answers("235", "ANNA@Example.COM")
        self.answers("535", password="one word")
        self.answers("535", "anna")
        self.answers("535", "bob@example.com")
        self.assertTrue(self.proves())
        self.assertFalse(self.proves(password="one word"))

    def test_who_is_disabled_is_refused_at_once(self):
        for on, off in ((("mailbox", "enable", "anna@example.com"),
                         ("mailbox", "disable", "anna@example.com")),
                        (("domain", "enable", "example.com"),
                         ("domain", "disable", "example.com"))):
            self.cli(*off)
            self.answers("535")
            self.assertFalse(self.proves())
            self.cli(*on)
            self.answers("235")

    def test_a_new_password_counts_at_once(self):
        self.cli("mailbox", "password", "anna@example.com", "--stdin",
                 password="three more words")
        self.answers("535")
        self.answers("235", password="three more words")
        self.assertTrue(self.proves(password="three more words"))

    def test_the_first_source_that_knows_a_user_decides(self):
        self.add("both@example.com", "from the directory")
        self.answers("235", "both@example.com", "from the file")
        self.answers("535", "both@example.com", "from the directory")

    def test_a_mailbox_sends_as_itself(self):
        client = self.secured("submission")
        client.say("AUTH PLAIN "
                   + plain("anna@example.com", "one word and two"))
        for sender, begin in (("bob@example.com", "553 5.7.1"),
                              ("anna@other.example", "553 5.7.1"),
                              ("ANNA@example.com", "250 ")):
            self.assertEqual(client.say(f"MAIL FROM:<{sender}>")[:len(begin)],
                             begin)


if __name__ == "__main__":
    unittest.main()
