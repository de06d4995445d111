"""A route may be for the domains in the directory, whose changes count at once
and outlive a restart."""

import unittest

from stagepost import Daemon, Dialogue, SystemTest, until


class KnowsLocalDomains(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.daemon = cls.enterClassContext(Daemon(
            outlets={"relay": {"type": "queue"},
                     "nowhere": {"type": "discard"}},
            routes=[{"recipient": "@always.example", "to": "nowhere"},
                    {"recipient_domain": "local", "to": "nowhere"}]))

    def answer(self, recipient, daemon=None):
        with Dialogue((daemon or self.daemon).port()) as client:
            client.reply()  # the greeting
            client.say("EHLO client.example")
            client.say("MAIL FROM:<a@b.example>")
            return client.say(f"RCPT TO:<{recipient}>")

    def test_what_the_directory_has_is_taken_at_once(self):
        until(lambda: self.answer("x@example.com")[:3] == "550", 10,
              "the directory is read")
        self.daemon.cli("domain", "add", "example.com")
        self.assertEqual(self.answer("x@Example.COM")[:3], "250")
        self.assertEqual(self.answer("x@sub.example.com")[:9], "550 5.7.1")
        self.assertIn("all is met: its domain is in the directory",
                      self.daemon.cli("explain", "a@b.example",
                                      "x@example.com"))
        self.daemon.stop()
        self.daemon.start()
        until(lambda: self.answer("x@example.com")[:3] == "250", 10,
              "the directory is read again")
        self.daemon.cli("domain", "remove", "example.com")
        self.assertEqual(self.answer("x@example.com")[:9], "550 5.7.1")
        self.assertIn("the recipient's domain is not in the directory",
                      self.daemon.cli("explain", "a@b.example",
                                      "x@example.com"))

    def test_a_file_read_again_may_ask_for_the_first_time(self):
        with Daemon(routes=[{"to": "reject"}]) as daemon:
            daemon.cli("domain", "add", "example.com")
            daemon.edit(lambda x: x["routes"].insert(
                0, {"recipient_domain": "local", "to": "relay"}))
            daemon.hang_up()
            self.assertEqual(self.answer("x@example.com", daemon)[:3], "250")
            self.assertEqual(self.answer("x@other.example", daemon)[:3], "550")
            daemon.stop()


if __name__ == "__main__":
    unittest.main()
