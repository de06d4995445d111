"""Who drips or dawdles is let go; who keeps a decent pace is waited for."""

import select
import unittest

from stagepost import Daemon, Dialogue, SystemTest, until


def drip(client, octets, every=0.05):
    """Writes them a piece at a time, until something is replied."""
    for piece in octets:
        try:
            client.write(piece)
        except OSError:
            break
        if select.select([client.sock], [], [], every)[0]:
            break
    return client.reply()


class LetsSlowClientsGo(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                {"name": "slow", "address": "127.0.0.1:0",
                 "limits": {"command_time": "1s", "session_idle": "30s",
                            "minimum_rate": 1000}},
                {"name": "brief", "address": "127.0.0.1:0",
                 "limits": {"session_total": "1s"}},
                {"name": "polite", "address": "127.0.0.1:0",
                 "greet_delay": "1s"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            outlets={"relay": {"type": "discard"}}))

    def client(self, where="slow", hello=True):
        client = self.enterContext(Dialogue(self.daemon.port(where)))
        if hello:
            self.assertRegex(client.reply(), "^220 ")
            self.assertRegex(client.say("EHLO client.example"), "^250-")
        return client

    def begun(self):
        """A client whose content is due."""
        client = self.client()
        client.say("MAIL FROM:<a@b.example>")
        client.say("RCPT TO:<to@stagepost.example>")
        return client

    def closed(self, client):
        self.assertEqual(client.reply(), "")

    def test_who_talks_before_the_greeting_is_sent_away(self):
        client = self.client("polite", hello=False)
        client.write(b"EHLO client.example\r\nMAIL FROM:<a@b.example>\r\n")
        self.assertRegex(client.reply(), r"^554 5\.5\.0 ")
        self.closed(client)
        self.assertTrue(self.daemon.logged("smtp early talker"))

    def test_who_waits_for_the_greeting_is_greeted(self):
        self.assertRegex(self.client("polite").say("NOOP"), "^250 ")

    def test_a_command_that_drips_is_not_waited_for(self):
        client = self.client()
        self.assertRegex(drip(client, [b"NOOP "] + [b"x"] * 600),
                         r"^421 4\.4\.2 \S+ That comes too slowly")
        self.closed(client)

    def test_a_hello_that_drips_is_not_waited_for(self):
        client = self.client(hello=False)
        client.reply()
        self.assertRegex(drip(client, [b"E"] * 600), r"^421 4\.4\.2 ")

    def test_content_that_drips_is_not_waited_for(self):
        for begin in b"DATA\r\n", b"BDAT 10000 LAST\r\n":
            with self.subTest(begin):
                client = self.begun()
                client.write(begin)
                if begin.startswith(b"DATA"):
                    self.assertRegex(client.reply(), "^354 ")
                self.assertRegex(drip(client, [b"x\r\n"] * 600),
                                 r"^421 4\.4\.2 \S+ That comes too slowly")
                self.closed(client)

    def test_content_that_keeps_its_rate_is_waited_for(self):
        client = self.begun()
        client.say("DATA")
        line = b"x" * 998 + b"\r\n"
        # Twice as long as the first second is.
        pieces = [line] * 39 + [line + b".\r\n"]
        self.assertRegex(drip(client, pieces), "^250 ")

    def test_a_session_does_not_last_for_ever(self):
        client = self.client("brief")
        replies = iter(lambda: drip(client, [b"NOOP\r\n"])[:9], None)
        last = next(x for x in replies if x != "250 2.0.0")
        self.assertEqual(last, "421 4.4.2")
        self.closed(client)

    def test_none_of_them_stays(self):
        client = self.client()
        client.write(b"NO")
        until(lambda: self.daemon.status()[1]["clients"] == 0, 10)


if __name__ == "__main__":
    unittest.main()
