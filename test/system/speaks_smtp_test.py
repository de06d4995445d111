"""SMTP over a raw socket, as clients good and bad speak it."""

import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until


class SpeaksSmtp(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"next_hop": [cls.peer.url]},
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0"},
                {"name": "lenient", "address": "127.0.0.1:0",
                 "bare_newline": "normalize"},
                {"name": "serial", "address": "127.0.0.1:0",
                 "pipelining": False, "banner": "Hello there"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            routes=[{"recipient": "nobody@stagepost.example", "to": "reject",
                     "reply": "550 5.1.1 Nobody by that name"},
                    {"recipient": "/@(.*\\.)?example$/", "to": "relay"}]))

    def setUp(self):
        self.peer.mails.clear()

    def client(self, listener="mx", hello=True):
        client = self.enterContext(Dialogue(self.daemon.port(listener)))
        self.greeting = client.reply()
        if hello:
            self.capabilities = client.say("EHLO client.example")
        return client

    def arrived(self):
        until(self.peer.taken, 15, "mail arrives")
        return self.peer.taken()[0]

    def check(self, client, *dialogue):
        """Pairs of a line and how the reply to it begins."""
        for line, begin in dialogue:
            with self.subTest(line):
                self.assertEqual(client.say(line)[:len(begin)], begin)

    def test_the_greeting_names_the_host(self):
        self.client(hello=False)
        self.assertRegex(self.greeting,
                         "^220 mx.stagepost.example ESMTP Stagepost")
        self.client("serial")
        self.assertEqual(self.greeting,
                         "220 mx.stagepost.example Hello there")

    def test_the_postmaster_needs_no_domain(self):
        client = self.client()
        self.check(client, ("MAIL FROM:<>", "250"),
                   ("RCPT TO:<PostMaster>", "250"), ("DATA", "354"),
                   ("Subject: you\r\n\r\nHello\r\n.", "250"))
        self.assertEqual(self.arrived().recipients,
                         ["PostMaster@mx.stagepost.example"])

    def test_capabilities_are_announced(self):
        self.client()
        lines = self.capabilities.splitlines()
        self.assertTrue(lines[0].startswith("250-mx.stagepost.example"))
        offered = {x[4:].split()[0] for x in lines[1:]}
        self.assertEqual(offered, {
            "PIPELINING", "SIZE", "8BITMIME", "CHUNKING", "BINARYMIME",
            "SMTPUTF8", "DSN", "LIMITS", "ENHANCEDSTATUSCODES", "HELP"})
        self.client("serial")
        self.assertNotIn("PIPELINING", self.capabilities)

    def test_helo_is_answered_in_one_line(self):
        client = self.client(hello=False)
        self.check(client, ("HELO client.example", "250 mx.stagepost.example"),
                   ("MAIL FROM:<a@b.example>", "250 "),
                   ("RCPT TO:<to@stagepost.example>", "250 "),
                   ("DATA", "354 "), ("Subject: helo\r\n\r\nx\r\n.", "250 "))
        self.assertIn("with SMTP id", self.arrived().header("Received"))

    def test_the_small_commands(self):
        self.check(self.client(), ("NOOP", "250 "), ("NOOP with words", "250"),
                   ("RSET", "250 "), ("VRFY someone", "252 "),
                   ("HELP", "214"), ("help", "214"), ("NONSENSE", "500 5.5.2"),
                   ("EXPN list", "50"), ("QUIT", "221 2.0.0"))

    def test_commands_out_of_order_get_503(self):
        client = self.client(hello=False)
        self.check(client, ("MAIL FROM:<a@b.example>", "503 5.5.1"),
                   ("EHLO client.example", "250"), ("DATA", "503 5.5.1"),
                   ("RCPT TO:<to@stagepost.example>", "503 5.5.1"),
                   ("MAIL FROM:<a@b.example>", "250 "),
                   ("MAIL FROM:<a@b.example>", "503 5.5.1"),
                   ("DATA", "503 5.5.1"))

    def test_bad_arguments_get_501(self):
        self.check(self.client(), ("MAIL FROM:a b", "501 5."),
                   ("MAIL FROM:<a@b.example> NONSENSE=1", "555 5.5.4"),
                   ("MAIL", "501 5.5.4"), ("MAIL FROM:<a@b.example>", "250 "),
                   ("RCPT TO:<>", "501 5."), ("RCPT TO:<a@@b>", "501 5."),
                   ("RCPT TO:<to@stagepost.example>", "250 "),
                   ("RSET now", "501 5.5.4"))

    def test_addresses_that_name_a_way_on_are_not_relayed(self):
        client = self.client()
        client.say("MAIL FROM:<a@b.example>")
        self.check(client, *((f"RCPT TO:<{x}@stagepost.example>", "550 5.7.1")
                             for x in ("to%evil.org", "evil.org!to",
                                       '"to@evil.org"',
                                       "=?utf-7?q?to&AEA-evil.org?=")),
                   ("RCPT TO:<to+tag@stagepost.example>", "250 "))

    def test_a_route_refuses_at_rcpt(self):
        client = self.client()
        client.say("MAIL FROM:<a@b.example>")
        self.check(client, ("RCPT TO:<nobody@stagepost.example>",
                            "550 5.1.1 Nobody by that name"),
                   ("RCPT TO:<a@elsewhere.org>", "550 5.7.1"),
                   ("RCPT TO:<to@stagepost.example>", "250 2.1.5"))

    def test_a_dialogue_sent_octet_by_octet_is_the_same(self):
        client = self.client(hello=False)
        for octet in (b"EHLO client.example\r\nMAIL FROM:<a@b.example>\r\n"
                      b"RCPT TO:<to@stagepost.example>\r\nDATA\r\n"
                      b"Subject: slow\r\n\r\n..dot\r\n.\r\nQUIT\r\n"):
            client.write(bytes([octet]))
        self.assertEqual([client.reply()[:3] for _ in range(6)],
                         ["250", "250", "250", "354", "250", "221"])
        self.assertTrue(self.arrived().content.endswith(b"\r\n\r\n.dot\r\n"))

    def test_a_whole_dialogue_in_one_segment_is_answered_in_order(self):
        client = self.client()
        client.write(b"MAIL FROM:<a@b.example>\r\n"
                     b"RCPT TO:<nobody@stagepost.example>\r\n"
                     b"RCPT TO:<to@stagepost.example>\r\nNOOP\r\nDATA\r\n")
        self.assertEqual([client.reply()[:3] for _ in range(5)],
                         ["250", "550", "250", "250", "354"])
        client.write(b"Subject: one\r\n\r\nx\r\n.\r\n"
                     b"MAIL FROM:<a@b.example>\r\n"
                     b"RCPT TO:<to@stagepost.example>\r\nDATA\r\n")
        self.assertEqual([client.reply()[:3] for _ in range(4)],
                         ["250", "250", "250", "354"])
        self.arrived()

    def test_a_bare_newline_never_ends_the_data(self):
        endings = [b"\n.\n", b"\n.\r\n", b"\r\n.\n", b"\r.\r", b"\r.\r\n",
                   b"\r\n.\r"]
        for ending in endings:
            with self.subTest(ending):
                client = self.client()
                client.say("MAIL FROM:<a@b.example>")
                client.say("RCPT TO:<to@stagepost.example>")
                client.say("DATA")
                client.write(b"Subject: smuggled\r\n\r\nx" + ending
                             + b"MAIL FROM:<evil@b.example>\r\n"
                             b"RCPT TO:<evil@stagepost.example>\r\nDATA\r\n"
                             b"evil\r\n.\r\n")
                self.assertEqual(client.reply()[:10], "550 5.6.11")
                self.assertEqual(client.say("NOOP")[:3], "250")
        self.assertFalse(self.peer.taken())

    def test_a_bare_newline_may_be_normalised(self):
        client = self.client("lenient")
        client.say("MAIL FROM:<a@b.example>")
        client.say("RCPT TO:<to@stagepost.example>")
        client.say("DATA")
        client.write(b"Subject: lenient\n\none\n.\ntwo\r\n.\r\n")
        self.assertEqual(client.reply()[:3], "250")
        content = self.arrived().content
        self.assertNotIn(b"\n", content.replace(b"\r\n", b""))
        self.assertIn(b"\r\n\r\none\r\n", content)
        self.assertIn(b"two\r\n", content)

    def test_a_client_that_vanishes_leaves_nothing(self):
        client = self.client()
        client.say("MAIL FROM:<a@b.example>")
        client.say("RCPT TO:<to@stagepost.example>")
        client.say("DATA")
        client.write(b"Subject: half\r\n\r\nand then\r\n")
        client.__exit__()
        until(lambda: self.daemon.status()[1]["clients"] == 0, 10)
        self.assertTrue(self.daemon.is_empty())

    def test_mail_that_went_in_circles_is_refused(self):
        client = self.client()
        client.say("MAIL FROM:<a@b.example>")
        client.say("RCPT TO:<to@stagepost.example>")
        client.say("DATA")
        hop = "Received: from a by b; Thu, 1 Jan 2026 00:00:00 +0000\r\n"
        self.assertRegex(client.say(hop * 120 + "\r\nx\r\n."),
                         r"^5\d\d 5\.4\.6 ")


if __name__ == "__main__":
    unittest.main()
