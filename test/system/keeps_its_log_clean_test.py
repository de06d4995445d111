"""Nothing that a client sends comes into the log unescaped, and of a login
nothing but the name."""

import base64
import json
import re
import unittest

from stagepost import Daemon, Dialogue, SystemTest, run, until

TEXT = re.compile(
    r'\d{4}-\d\d-\d\dT[\d:.]+Z (debug|info|warning|error) \w[^=]*'
    r'( \w+=([^\s"=\\]+|"([^"\\]|\\["\\]|\\u[0-9a-f]{4})*"))*')
# Controls, and what turns text around or is a line end to some.
HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
FALSE_LINE = "2026-01-01T00:00:00.000Z error node ready"
PASSWORD = "correct-horse"


def in_base64(*texts):
    return base64.b64encode("\0".join(texts).encode()).decode()


class KeepsItsLogClean(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.hash = run("password", "--stdin", input=PASSWORD + "\n").stdout

    def daemon(self, **options):
        self.assertTrue(self.hash)
        return self.enterContext(Daemon(
            limits={"unknown_commands": 1000, "auth_failures": 100},
            listeners=[{"name": "mx", "address": "127.0.0.1:0",
                        "auth": "optional", "auth_without_tls": True}],
            auth=[{"type": "users", "users": {
                "alice": json.loads(self.hash)}}],
            routes=[{"recipient": "@stagepost.example", "to": "relay"}],
            outlets={"relay": {"type": "discard"}}, **options))

    def client(self, daemon, number=1):
        """Each has an address of its own, so that none waits for another's
        failed logins."""
        client = self.enterContext(
            Dialogue(daemon.port(), source=f"127.0.0.{number}"))
        client.reply()
        return client

    def say_everything(self, daemon):
        """What can be said that gets a line in the log."""
        client = self.client(daemon)
        hostile = ["\x1b[2J\x1b[31m", "\r", "\0", '"', "\\", '" level="error',
                   "\x7f", "\x9b31m", "\u2028" + FALSE_LINE, "\u202e", "\ufeff",
                   "=", "\\n" + FALSE_LINE, "%s%n", "{}", "\u0085"]
        for text in hostile:
            client.write(f"EHLO a{text}b\r\n".encode())
            self.assertTrue(client.reply())
        client.say("EHLO client.example")
        for text in hostile:
            quoted = text.replace("\\", "\\\\").replace('"', '\\"')
            local = f'"a {quoted} b"'
            client.write(f"MAIL FROM:<{local}@b.example> SMTPUTF8\r\n"
                         .encode())
            if client.reply().startswith("250 "):
                client.write(f"RCPT TO:<{local}@elsewhere.example>\r\n"
                             .encode())
                self.assertRegex(client.reply(), "^55")
                client.write(f"RCPT TO:<a{text}b@elsewhere.example>\r\n"
                             .encode())
                self.assertRegex(client.reply(), "^5")
            client.say("RSET")
        for octets in b"\xff\xfe", b"\xc0\x8a", b"a\xed\xa0\x80":
            client.write(b"MAIL FROM:<" + octets + b"@b.example> SMTPUTF8\r\n")
            self.assertTrue(client.reply())
            client.say("RSET")
        client.say("QUIT")

    def log_in(self, daemon, secrets):
        """Right and wrong; adds what the log must not have."""
        tries = [(in_base64("", "alice", PASSWORD), "235"),
                 (in_base64("", "alice", "wrong-battery"), "535"),
                 (in_base64("", "nobody" + FALSE_LINE, "wrong-staple"), "535"),
                 (in_base64("", "a\nb", "wrong-line"), "5"),
                 (in_base64("evil", "alice", PASSWORD), "5"),
                 ("bm8gYmFzZTY0!", "501"), ("x" * 3000, "501")]
        for number, (blob, begin) in enumerate(tries):
            client = self.client(daemon, 10 + number)
            client.say("EHLO client.example")
            self.assertEqual(client.say(f"AUTH PLAIN {blob}")[:len(begin)],
                             begin)
            secrets.append(blob)
        client = self.client(daemon, 30)
        client.say("EHLO client.example")
        client.say("AUTH LOGIN")
        client.say(in_base64("alice"))
        self.assertEqual(client.say(in_base64("wrong-login"))[:3], "535")
        # A password where a command is due.
        client.say(in_base64("wrong-login"))
        secrets += [PASSWORD, "wrong-", in_base64("wrong-login"),
                    in_base64(PASSWORD)]

    def test_in_text(self):
        daemon, secrets = self.daemon(), []
        self.say_everything(daemon)
        self.log_in(daemon, secrets)
        until(lambda: len(daemon.logged("smtp login failed")) >= 4, 10)
        daemon.stop()
        log = daemon.log()
        for line in log.removesuffix("\n").split("\n"):
            self.assertTrue(TEXT.fullmatch(line), ascii(line))
            self.assertFalse(HIDDEN.search(line), ascii(line))
        self.assertTrue(daemon.logged("smtp recipient refused"))
        self.assertNotIn("\n" + FALSE_LINE, log)
        for secret in secrets:
            self.assertNotIn(secret, log)

    def test_in_json(self):
        daemon, secrets = self.daemon(log_format="json"), []
        self.say_everything(daemon)
        self.log_in(daemon, secrets)
        daemon.stop()
        events = []
        for line in daemon.log().removesuffix("\n").split("\n"):
            self.assertFalse(HIDDEN.search(line), ascii(line))
            events.append(json.loads(line))
        refused = [x for x in events if x["event"] == "recipient refused"]
        self.assertIn('"a \\\\n' + FALSE_LINE + ' b"@elsewhere.example',
                      [x["to"] for x in refused])
        self.assertEqual({x["level"] for x in refused}, {"info"})
        for secret in secrets:
            self.assertNotIn(secret, daemon.log())


if __name__ == "__main__":
    unittest.main()
