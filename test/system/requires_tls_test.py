"""REQUIRETLS: such mail goes over TLS that somebody vouches for, to servers
that keep it so, or back."""

import ssl
import unittest

from authority import Authority, key_digest
from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest, Zone,
                       free_port, make_certificate, until)

ZONE = "stagepost.example"
PLAIN = "plain.example"
USUAL = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")

RECORDS = """
dane            MX 10 keeps
second          MX 10 forgets
second          MX 20 keeps
lax             MX 10 forgets
keeps           A 127.0.0.2
forgets         A 127.0.0.3
_{port}._tcp.keeps TLSA 3 1 1 {keeps}
_{port}._tcp.forgets TLSA 3 1 1 {forgets}
"""


class RequiresTls(SystemTest):
    @classmethod
    def setUpClass(cls):
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        authority = Authority(folder)
        keeps = authority.issue(f"keeps.{ZONE}")
        forgets = authority.issue(f"forgets.{ZONE}")
        own = make_certificate(folder)
        port = free_port()
        cls.zone = cls.enterClassContext(Zone(
            RECORDS.format(port=port, keeps=key_digest(keeps[0]),
                           forgets=key_digest(forgets[0])),
            ZONE, signed=True, others={PLAIN: f"@ MX 10 keeps.{ZONE}.\n"}))
        cls.keeps = cls.enterClassContext(Peer(
            "127.0.0.2", port, tls=keeps,
            extensions=(*USUAL, "REQUIRETLS")))
        cls.forgets = cls.enterClassContext(Peer(
            "127.0.0.3", port, tls=forgets, extensions=USUAL))
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": own[0], "key": own[1]}]},
            listeners=[{"name": "mx", "protocol": "smtp", "tls": "starttls",
                        "address": "127.0.0.1:0"}],
            dns={"servers": [cls.zone.server],
                 "trust_anchor": cls.zone.anchor},
            delivery={"port": port, "retry": "1h", "tls": "dane",
                      "ca_file": authority.certificate,
                      "domains": {
                          "sender.example": {"next_hop": [cls.sender.url]},
                          "hop.example": {
                              "tls": "opportunistic",
                              "next_hop": [f"smtp://keeps.{ZONE}:{port}"]}}}))
        cls.trust = ssl.create_default_context(cafile=own[0])

    def setUp(self):
        for peer in (self.keeps, self.forgets, self.sender):
            peer.mails.clear()
            peer.commands.clear()

    def sent(self, to, *parameters):
        """Sends a message that requires TLS. Returns its queue id."""
        client = self.enterContext(Dialogue(self.daemon.port()))
        client.reply()
        client.say("EHLO client.example")
        client.say("STARTTLS")
        client.secure(self.trust)
        client.say("EHLO client.example")
        for line in (" ".join(("MAIL FROM:<from@sender.example> REQUIRETLS",
                               *parameters)), f"RCPT TO:<to@{to}>"):
            self.assertEqual(client.say(line)[:3], "250", line)
        self.assertEqual(client.say("DATA")[:3], "354")
        reply = client.say("Subject: secret\r\n\r\nbody text\r\n.")
        self.assertEqual(reply[:3], "250")
        return reply.split()[-1]

    def arrives(self, to):
        self.sent(to)
        until(self.keeps.taken, 20, f"mail to {to} arrives")
        mail = self.keeps.taken()[0]
        self.assertTrue(mail.tls)
        self.assertIn("REQUIRETLS", mail.parameters)
        self.assertEqual(self.forgets.heard("MAIL"), [])

    def comes_back(self, to, *parameters):
        self.sent(to, *parameters)
        until(self.sender.taken, 20, f"a report on mail to {to} arrives")
        report = self.sender.taken()[0]
        text = report.content.decode()
        self.assertEqual(report.sender, "")
        self.assertIn("Status: 5.7.30", text)
        self.assertIn("Subject: secret", text)
        self.assertNotIn("body text", text)
        self.assertEqual(self.keeps.heard("MAIL"), [])
        self.assertEqual(self.forgets.heard("MAIL"), [])

    def test_it_goes_by_dane(self):
        self.arrives(f"dane.{ZONE}")

    def test_it_goes_to_a_smart_host_that_an_authority_knows(self):
        self.arrives("hop.example")

    def test_it_goes_to_the_next_server_that_keeps_it(self):
        self.arrives(f"second.{ZONE}")

    def test_it_comes_back_from_servers_that_would_pass_it_on(self):
        self.comes_back(f"lax.{ZONE}", "RET=FULL")

    def test_it_comes_back_where_the_mx_may_be_forged(self):
        self.comes_back(PLAIN)

    def test_the_report_goes_even_in_clear(self):
        self.comes_back(f"lax.{ZONE}")
        self.assertNotIn("REQUIRETLS", self.sender.taken()[0].parameters)
        self.assertFalse(self.sender.taken()[0].tls)


if __name__ == "__main__":
    unittest.main()
