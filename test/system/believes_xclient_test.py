"""XCLIENT: clients that are named may speak for others."""

import subprocess
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until


class BelievesXclient(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        trusting = {"address": "127.0.0.1:0", "xclient": ["127.0.0.1"]}
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                trusting | {"name": "mx",
                            "limits": {"max_clients_per_host": 2}},
                trusting | {"name": "submission", "auth": "required",
                            "auth_without_tls": True,
                            "require_sender_match": True}],
            auth=[{"type": "command", "run": ["/bin/false"]}],
            routes=[{"client": "192.0.2.66", "to": "reject",
                     "reply": "550 5.7.1 Not from there"},
                    {"listener": "mx", "to": "relay"},
                    {"authenticated": "alice@sender.example", "to": "relay"}],
            delivery={"next_hop": [cls.peer.url]}))

    def setUp(self):
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.peer.mails.clear()

    def client(self, listener="mx", **options):
        client = self.enterContext(
            Dialogue(self.daemon.port(listener), **options))
        client.reply()
        self.offered = client.say("EHLO client.example")
        return client

    def trace(self):
        until(self.peer.taken, 15, "mail arrives")
        return self.peer.taken()[0].header("Received")

    def send(self, client, sender="from@sender.example"):
        for line, code in ((f"MAIL FROM:<{sender}>", "250"),
                           ("RCPT TO:<to@stagepost.example>", "250"),
                           ("DATA", "354"),
                           ("Subject: a\r\n\r\nb\r\n.", "250")):
            self.assertEqual(client.say(line)[:3], code, line)

    def test_swaks_speaks_for_another(self):
        done = subprocess.run(
            ["swaks", "--server", f"127.0.0.1:{self.daemon.port()}",
             "--from", "from@sender.example", "--to", "to@stagepost.example",
             "--helo", "client.example",
             "--xclient", "ADDR=192.0.2.9 NAME=other.example HELO=gate.example"
             " PROTO=ESMTP PORT=4000"],
            text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("XCLIENT", done.stdout)
        self.assertIn("([192.0.2.9])", self.trace())
        self.assertTrue(self.daemon.logged("smtp client renamed"))

    def test_it_is_offered_to_whom_is_named_alone(self):
        self.client()
        self.assertRegex(self.offered, r"(?m)^250-XCLIENT .*\bADDR\b.*\bLOGIN")
        stranger = self.client(source="127.0.0.2")
        self.assertNotIn("XCLIENT", self.offered)
        self.assertEqual(stranger.say("XCLIENT ADDR=192.0.2.9")[:9],
                         "550 5.7.1")
        self.send(stranger)
        self.assertIn("([127.0.0.2])", self.trace())

    def test_the_dialogue_begins_anew(self):
        client = self.client()
        self.assertRegex(client.say("XCLIENT ADDR=192.0.2.9"),
                         "^220 mx.stagepost.example ")
        self.assertEqual(client.say("MAIL FROM:<a@b.example>")[:9],
                         "503 5.5.1")
        client.say("EHLO other.example")
        self.send(client)
        self.assertIn("from other.example ([192.0.2.9])", self.trace())

    def test_an_address_of_ipv6_has_a_prefix(self):
        client = self.client()
        self.assertEqual(client.say("XCLIENT ADDR=IPV6:2001:db8::9")[:3],
                         "220")
        client.say("EHLO other.example")
        self.send(client)
        self.assertIn("([IPv6:2001:db8::9])", self.trace())

    def test_who_is_spoken_for_may_be_logged_in(self):
        client = self.client("submission")
        self.assertEqual(client.say("MAIL FROM:<alice@sender.example>")[:9],
                         "530 5.7.0")
        self.assertEqual(
            client.say("XCLIENT LOGIN=alice@sender.example")[:3], "220")
        client.say("EHLO other.example")
        self.assertEqual(client.say("MAIL FROM:<bob@sender.example>")[:9],
                         "553 5.7.1")
        self.send(client, "alice@sender.example")
        self.assertIn("with ESMTPA id", self.trace())

    def test_nobody_is_logged_in_by_an_empty_name(self):
        client = self.client("submission")
        for name in "[UNAVAILABLE]", "":
            client.say(f"XCLIENT LOGIN={name}")
            client.say("EHLO other.example")
            self.assertEqual(client.say("MAIL FROM:<a@sender.example>")[:9],
                             "530 5.7.0")

    def test_the_named_client_is_whom_routes_match(self):
        client = self.client()
        client.say("XCLIENT ADDR=192.0.2.66")
        client.say("EHLO other.example")
        client.say("MAIL FROM:<from@sender.example>")
        self.assertEqual(client.say("RCPT TO:<to@stagepost.example>"),
                         "550 5.7.1 Not from there")

    def test_the_named_client_is_who_counts(self):
        for _ in range(2):
            client = self.client()
            self.assertEqual(client.say("XCLIENT ADDR=192.0.2.7")[:3], "220")
        third = self.client()
        self.assertRegex(third.say("XCLIENT ADDR=192.0.2.7"),
                         r"^421 4\.3\.2 ")
        self.assertEqual(third.reply(), "")

    def test_what_is_no_claim_is_refused(self):
        client = self.client()
        for bad in ("ADDR", "ADDR=somewhere", "ADDR=192.0.2.999", "COLOR=blue",
                    "ADDR=192.0.2.9 ADDR=192.0.2.8", "NAME=a+0D+0Ab+2",
                    "PORT=x", "PROTO=HTTP"):
            with self.subTest(bad):
                self.assertEqual(client.say(f"XCLIENT {bad}")[:9],
                                 "501 5.5.4")
        client.say("MAIL FROM:<a@b.example>")
        self.assertEqual(client.say("XCLIENT ADDR=192.0.2.9")[:9],
                         "503 5.5.1")


if __name__ == "__main__":
    unittest.main()
