"""How much one client, user or sender may send, and what a message may be."""

import contextlib
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until


def listener(name, **limits):
    return {"name": name, "address": "127.0.0.1:0", "limits": limits}


class BoundsClients(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            limits={"max_clients_per_host": 3},
            listeners=[
                listener("mx"),
                listener("knocks", per_minute={"client_connections": 2}),
                listener("messages", per_minute={"client_messages": 2}),
                listener("recipients", per_minute={"client_recipients": 2}),
                listener("senders", per_minute={"sender_messages": 2,
                                                "sender_recipients": 3}),
                listener("few", messages_per_connection=2,
                         recipients_per_connection=3),
                listener("narrow", header_size="1KiB", header_fields=10,
                         received_fields=3, text_line=1000),
                {"name": "six", "address": "[::1]:0"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            delivery={"next_hop": [cls.peer.url]}))

    def setUp(self):
        self.stack = self.enterContext(contextlib.ExitStack())

    def tearDown(self):
        self.stack.close()
        until(lambda: self.daemon.status()[1]["clients"] == 0, 10,
              "all clients have left")

    def client(self, where="mx", hello=True, **options):
        client = self.stack.enter_context(
            Dialogue(self.daemon.port(where), **options))
        if hello:
            self.assertRegex(client.reply(), "^220 ")
            self.assertRegex(client.say("EHLO client.example"), "^250-")
        return client

    def check(self, client, *dialogue):
        """Pairs of a line and how the reply to it begins."""
        for line, begin in dialogue:
            with self.subTest(line):
                self.assertEqual(client.say(line)[:len(begin)], begin)

    def closed(self, client):
        self.assertEqual(client.reply(), "")

    # Within a minute. Each test comes from an address of its own.

    def test_too_many_connections_in_a_minute_hear_421(self):
        for _ in range(2):
            client = self.client("knocks", source="127.0.0.11")
            self.assertEqual(client.say("QUIT")[:3], "221")
        third = self.client("knocks", hello=False, source="127.0.0.11")
        self.assertRegex(third.reply(),
                         r"^421 4\.3\.2 Too many connections .* in a minute")
        self.closed(third)
        self.client("knocks", source="127.0.0.12")

    def test_too_many_messages_in_a_minute_hear_450(self):
        client = self.client("messages", source="127.0.0.13")
        self.check(client, ("MAIL FROM:<a@b.example>", "250"), ("RSET", "250"),
                   ("MAIL FROM:<b@b.example>", "250"), ("RSET", "250"))
        self.assertRegex(
            client.say("MAIL FROM:<c@b.example>"),
            r"^450 4\.7\.1 Too many messages within a minute, try again in "
            r"\d+ s$")
        other = self.client("messages", source="127.0.0.14")
        self.check(other, ("MAIL FROM:<a@b.example>", "250"))

    def test_too_many_recipients_in_a_minute_hear_450(self):
        client = self.client("recipients", source="127.0.0.15")
        self.check(client, ("MAIL FROM:<a@b.example>", "250"),
                   ("RCPT TO:<a@stagepost.example>", "250"),
                   ("RCPT TO:<b@stagepost.example>", "250"))
        self.assertRegex(client.say("RCPT TO:<c@stagepost.example>"),
                         r"^450 4\.7\.1 Too many recipients within a minute, ")
        # The message goes to those that were taken.
        self.check(client, ("DATA", "354"), ("Subject: a\r\n\r\nx\r\n.", "250"))

    def test_a_sender_has_its_share_wherever_it_is(self):
        for source in "127.0.0.16", "127.0.0.17":
            client = self.client("senders", source=source)
            self.check(client, ("MAIL FROM:<one@b.example>", "250"))
        client = self.client("senders", source="127.0.0.18")
        self.check(client, ("MAIL FROM:<ONE@b.example>", "450 4.7.1"),
                   ("MAIL FROM:<two@b.example>", "250"),
                   ("RCPT TO:<a@stagepost.example>", "250"),
                   ("RCPT TO:<b@stagepost.example>", "250"),
                   ("RCPT TO:<c@stagepost.example>", "250"),
                   ("RCPT TO:<d@stagepost.example>", "450 4.7.1"))

    # On one connection

    def test_a_connection_has_so_many_messages(self):
        client = self.client("few")
        self.assertIn("250-LIMITS MAILMAX=2 ",
                      client.say("EHLO client.example"))
        for _ in range(2):
            self.check(client, ("MAIL FROM:<a@b.example>", "250"),
                       ("RCPT TO:<to@stagepost.example>", "250"),
                       ("DATA", "354"), ("Subject: a\r\n\r\nx\r\n.", "250"))
        self.check(client, ("MAIL FROM:<a@b.example>", "421 4.7.0"))
        self.closed(client)

    def test_a_connection_has_so_many_recipients(self):
        client = self.client("few")
        self.check(client, ("MAIL FROM:<a@b.example>", "250"),
                   ("RCPT TO:<a@stagepost.example>", "250"),
                   ("RCPT TO:<b@stagepost.example>", "250"),
                   ("RSET", "250"), ("MAIL FROM:<a@b.example>", "250"),
                   ("RCPT TO:<c@stagepost.example>", "250"),
                   ("RCPT TO:<d@stagepost.example>", "452 4.5.3"),
                   ("DATA", "354"), ("Subject: a\r\n\r\nx\r\n.", "250"))

    def test_a_host_of_ipv6_has_so_many_connections(self):
        first = [self.client("six", host="::1") for _ in range(3)]
        fourth = self.client("six", host="::1", hello=False)
        self.assertRegex(fourth.reply(), r"^421 4\.3\.2 ")
        self.closed(fourth)
        first[0].say("QUIT")
        until(lambda: self.daemon.status()[1]["clients"] == 2, 10)
        self.client("six", host="::1")

    # What a message may be

    def refused(self, content, reply):
        client = self.client("narrow")
        self.check(client, ("MAIL FROM:<a@b.example>", "250"),
                   ("RCPT TO:<to@stagepost.example>", "250"), ("DATA", "354"),
                   (content + "\r\n.", reply), ("NOOP", "250"))

    def test_a_header_has_a_size(self):
        self.refused("X-Long: " + "\r\n ".join(["x" * 70] * 20) + "\r\n\r\nb",
                     "554 5.6.0 Message header too long")

    def test_a_header_has_so_many_fields(self):
        self.refused("X: y\r\n" * 11 + "\r\nb",
                     "554 5.6.0 Too many fields")

    def test_a_header_has_so_many_servers(self):
        self.refused("received: from a by b\r\n" * 4 + "\r\nb",
                     "554 5.4.6 Mail loop")

    def test_a_line_has_a_length(self):
        self.refused("Subject: a\r\n\r\n" + "x" * 999, "554 5.6.0 A line")

    def test_what_is_within_the_limits_is_taken(self):
        self.refused("X: y\r\n" * 5 + "Received: x\r\n" * 2 + "\r\n"
                     + "x" * 998, "250")


if __name__ == "__main__":
    unittest.main()
