"""What is no SMTP is answered as such, and never obeyed."""

import contextlib
import unittest

from stagepost import Daemon, Dialogue, SystemTest


class RefusesWhatIsNoSmtp(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.daemon = cls.enterClassContext(Daemon())

    def setUp(self):
        self.stack = self.enterContext(contextlib.ExitStack())

    def client(self, hello=True):
        client = self.stack.enter_context(Dialogue(self.daemon.port()))
        client.reply()
        if hello:
            self.assertRegex(client.say("EHLO client.example"), "^250-")
        return client

    def closed(self, client):
        self.assertEqual(client.reply(), "")

    def test_a_web_browser_is_told_so(self):
        for line in ("GET / HTTP/1.1", "POST /x HTTP/1.1",
                     "CONNECT mx.example:25 HTTP/1.1", "Host: mx.example"):
            with self.subTest(line):
                client = self.client(hello=False)
                client.write(line.encode() + b"\r\nHost: mx.example\r\n\r\n"
                             b"MAIL FROM:<a@b.example>\r\n")
                self.assertRegex(client.reply(), r"^421 4\.7\.0 ")
                self.closed(client)
                self.stack.close()

    def test_a_bare_lf_ends_the_dialogue(self):
        client = self.client()
        client.write(b"NOOP\nMAIL FROM:<a@b.example>\r\n")
        self.assertRegex(client.reply(), r"^500 5\.5\.2 ")
        self.assertRegex(client.reply(), r"^421 4\.7\.0 ")
        self.closed(client)

    def test_no_command_has_a_control_character(self):
        for octet in b"\0\x01\x07\x08\t\x0b\x1b\x7f\r":
            for line in (b"NOOP %c", b"EHLO a%cb", b"MAIL FROM:<a%c@b.example>",
                         b"%cNOOP"):
                with self.subTest(line % octet):
                    client = self.client()
                    client.write(line % octet + b"\r\n")
                    self.assertRegex(client.reply(), r"^50[01] 5\.5\.")
                    self.assertRegex(client.say("NOOP"), "^250 ")
                    self.stack.close()

    def test_no_command_has_eight_bits(self):
        client = self.client()
        for line in (b"NOOP \xff", "NOOP ä".encode(), "ÄHLO x".encode(),
                     "EHLO grüße.example".encode()):
            client.write(line + b"\r\n")
            self.assertRegex(client.reply(), r"^500 5\.5\.2 ", line)
        client.write("MAIL FROM:<jörg@b.example>\r\n".encode())
        self.assertRegex(client.reply(), r"^550 5\.6\.7 ")
        self.assertRegex(client.say("NOOP"), "^250 ")

    def test_a_line_without_end_is_not_kept(self):
        client = self.client()
        with contextlib.suppress(OSError):
            for _ in range(200):
                client.write(b"x" * 10_000)
        with contextlib.suppress(OSError):
            self.assertRegex(client.reply(), "^(421 |$)")


if __name__ == "__main__":
    unittest.main()
