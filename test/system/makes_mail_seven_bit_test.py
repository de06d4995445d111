"""8-bit mail becomes 7bit on the way to a server that takes no more."""

import email
import email.policy
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until

MIXED = (b"MIME-Version: 1.0\r\nSubject: a\r\n"
         b"Content-Type: multipart/mixed; boundary=b\r\n"
         b"Content-Transfer-Encoding: 8bit\r\n\r\n"
         b"--b\r\nContent-Type: text/plain; charset=utf-8\r\n"
         b"Content-Transfer-Encoding: 8bit\r\n\r\n%s\r\n"
         b"--b\r\nContent-Type: application/octet-stream\r\n"
         b"Content-Transfer-Encoding: %s\r\n\r\n%s\r\n--b--\r\n")


class MakesMailSevenBit(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.old = cls.enterClassContext(Peer(extensions=("PIPELINING",)))
        cls.text = cls.enterClassContext(
            Peer(extensions=("PIPELINING", "8BITMIME")))
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"retry": "1h", "domains": {
                "old.example": {"next_hop": [cls.old.url]},
                "text.example": {"next_hop": [cls.text.url]},
                "sender.example": {"next_hop": [cls.sender.url]}}}))

    def setUp(self):
        for peer in self.old, self.text, self.sender:
            peer.mails.clear()

    def submit(self, octets, body, where="old"):
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say(f"MAIL FROM:<from@sender.example> BODY={body}")
            client.say(f"RCPT TO:<to@{where}.example>")
            client.write(b"BDAT %d LAST\r\n" % len(octets) + octets)
            self.assertEqual(client.reply()[:3], "250")

    def arrives(self, peer):
        until(peer.taken, 30, "mail arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        mail, = peer.taken()
        mail.content.decode("ascii")
        self.assertNotIn("BODY=", mail.parameters)
        for line in mail.content.split(b"\r\n"):
            self.assertLessEqual(len(line), 998)
        return email.message_from_bytes(mail.content,
                                        policy=email.policy.default)

    def check(self, octets, body, peer, where, text, attached):
        self.submit(octets, body, where)
        parts = list(self.arrives(peer).iter_parts())
        self.assertEqual(parts[0]["Content-Transfer-Encoding"],
                         "quoted-printable")
        self.assertEqual(
            parts[0].get_payload(decode=True), text.encode())
        self.assertEqual(parts[1]["Content-Transfer-Encoding"], "base64")
        self.assertTrue(parts[1].get_payload(decode=True) == attached)

    def test_parts_are_what_they_were(self):
        text = "Gr\u00fc\u00dfe = \r\n.\r\n" + "\u00e4" * 400
        attached = (bytes(range(14, 256)) + b"\r\n") * 9000
        self.check(MIXED % (text.encode(), b"8bit", attached), "8BITMIME",
                   self.old, "old", text, attached)

    def test_binary_parts_are_what_they_were(self):
        attached = bytes(range(256)) * 3 + b"\r\n\r\n\n"
        octets = MIXED % ("\u00e4".encode(), b"binary", attached)
        for peer, where in (self.old, "old"), (self.text, "text"):
            self.check(octets, "BINARYMIME", peer, where, "\u00e4", attached)

    def test_what_was_not_declared_is_changed_too(self):
        octets = (MIXED % ("Gr\u00fc\u00dfe".encode(), b"8bit", b"\xe4"))
        self.submit(octets, "7BIT")
        parts = list(self.arrives(self.old).iter_parts())
        self.assertEqual(parts[0].get_payload(decode=True),
                         "Gr\u00fc\u00dfe".encode())

    def test_a_server_that_takes_it_is_told_of_what_was_not_declared(self):
        plain = b"Subject: a\r\n\r\nplain\r\n"
        for octets, told in ((plain, False), (plain + b"\xc3\xa4\r\n", True)):
            self.text.mails.clear()
            self.submit(octets, "7BIT", "text")
            until(self.text.taken, 30, "mail arrives")
            mail, = self.text.taken()
            self.assertTrue(mail.content.endswith(octets))
            self.assertEqual("BODY=8BITMIME" in mail.parameters, told)

    def test_smtputf8_that_nothing_needs_keeps_no_mail_back(self):
        octets = MIXED % ("Gr\u00fc\u00dfe".encode(), b"8bit", b"\xe4")
        for body in b"Subject: a\r\n\r\nplain\r\n", octets:
            self.old.mails.clear()
            self.submit(body, "8BITMIME SMTPUTF8")
            self.arrives(self.old)

    def test_what_was_not_declared_and_can_not_be_changed_goes_as_it_is(self):
        octets = "Subject: Gr\u00fc\u00dfe\r\n\r\nx\r\n".encode()
        self.submit(octets, "7BIT")
        until(self.old.taken, 30, "mail arrives")
        self.assertTrue(self.old.taken()[0].content.endswith(octets))

    def test_what_is_signed_is_reported(self):
        octets = (MIXED % (b"\xe4", b"8bit", b"x")).replace(
            b"mixed", b"signed")
        self.submit(octets, "8BITMIME")
        until(self.sender.taken, 20, "a report arrives")
        report = self.sender.taken()[0].content.decode()
        self.assertIn("Status: 5.6.3", report)
        self.assertIn("signed or encrypted", " ".join(report.split()))
        self.assertFalse(self.old.taken())


if __name__ == "__main__":
    unittest.main()
