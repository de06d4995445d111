"""What clients may use up, and what they hear when it is used up."""

import contextlib
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until


class Limits(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            limits={"max_clients": 6, "max_clients_per_host": 3,
                    "message_size": "100KiB", "recipients": 100,
                    "unknown_commands": 5},
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0"},
                {"name": "hasty", "address": "127.0.0.1:0",
                 "limits": {"session_idle": "1s"}},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            delivery={"next_hop": [cls.peer.url]}))

    def tearDown(self):
        until(lambda: self.daemon.status()[1]["clients"] == 0, 10,
              "all clients have left")

    def client(self, stack, **options):
        return stack.enter_context(Dialogue(self.daemon.port(), **options))

    def greeted(self, stack, listener="mx"):
        client = stack.enter_context(Dialogue(self.daemon.port(listener)))
        self.assertTrue(client.reply().startswith("220 "))
        self.assertTrue(client.say("EHLO client.example").startswith("250"))
        return client

    def test_too_many_clients_of_one_host_hear_421(self):
        with contextlib.ExitStack() as stack:
            first = [self.client(stack) for _ in range(3)]
            for client in first:
                self.assertTrue(client.reply().startswith("220 "))
            one_more = self.client(stack)
            self.assertRegex(one_more.reply(), r"^421 4\.3\.2 ")
            self.assertEqual(one_more.reply(), "")
            other = self.client(stack, source="127.0.0.2")
            self.assertTrue(other.reply().startswith("220 "))
            first[0].say("QUIT")
            first[0].reply()
            until(lambda: self.daemon.status()[1]["clients"] == 3, 10)
            self.assertTrue(self.client(stack).reply().startswith("220 "))

    def test_too_many_clients_hear_421(self):
        with contextlib.ExitStack() as stack:
            for i in range(6):
                client = self.client(stack, source=f"127.0.0.{i + 1}")
                self.assertTrue(client.reply().startswith("220 "))
            one_more = self.client(stack, source="127.0.0.9")
            self.assertRegex(one_more.reply(), r"^421 4\.3\.2 ")
            self.assertEqual(one_more.reply(), "")

    def test_a_size_announced_too_large_is_refused_at_mail(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack)
            self.assertIn("SIZE 102400", client.say("EHLO client.example"))
            self.assertRegex(client.say("MAIL FROM:<a@b.example> SIZE=102401"),
                             r"^552 5\.3\.4 ")
            self.assertTrue(client.say("MAIL FROM:<a@b.example> SIZE=102400")
                            .startswith("250 "))

    def test_a_message_too_large_is_refused_at_its_end(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack)
            client.say("MAIL FROM:<a@b.example>")
            client.say("RCPT TO:<to@stagepost.example>")
            client.say("DATA")
            client.write((b"x" * 998 + b"\r\n") * 150)
            self.assertRegex(client.say("."), r"^552 5\.3\.4 ")
            # The dialogue goes on, in step.
            self.assertTrue(client.say("NOOP").startswith("250 "))
            self.assertFalse(self.peer.taken())

    def test_recipients_over_the_limit_may_come_later(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack)
            client.say("MAIL FROM:<a@b.example>")
            for i in range(100):
                self.assertTrue(client.say(f"RCPT TO:<u{i}@stagepost.example>")
                                .startswith("250 "))
            self.assertRegex(client.say("RCPT TO:<u100@stagepost.example>"),
                             r"^452 4\.5\.3 ")
            client.say("RSET")

    def test_unknown_commands_end_in_421(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack)
            answers = [client.say("NONSENSE") for _ in range(5)]
            self.assertTrue(all(x.startswith("500 ") for x in answers[:4]),
                            answers)
            self.assertTrue(answers[4].startswith(("500 ", "421 ")))
            if answers[4].startswith("500 "):
                self.assertTrue(client.say("NONSENSE").startswith("421 "))
            self.assertEqual(client.reply(), "")

    def test_a_silent_client_is_let_go(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack, "hasty")
            self.assertRegex(client.reply(), r"^421 4\.4\.2 ")
            self.assertEqual(client.reply(), "")

    def test_a_client_that_is_silent_in_its_data_is_let_go(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack, "hasty")
            client.say("MAIL FROM:<a@b.example>")
            client.say("RCPT TO:<to@stagepost.example>")
            client.say("DATA")
            client.write(b"Subject: half\r\n\r\nand no more\r\n")
            self.assertRegex(client.reply(), r"^421 4\.4\.2 ")
            self.assertEqual(client.reply(), "")
            self.assertFalse(self.peer.taken())

    def test_a_command_line_too_long_gets_one_reply(self):
        with contextlib.ExitStack() as stack:
            client = self.greeted(stack)
            client.write(b"NOOP " + b"x" * 70_000 + b"\r\n")
            self.assertRegex(client.reply(), "^500 ")
            self.assertTrue(client.say("NOOP").startswith("250 "))


if __name__ == "__main__":
    unittest.main()
