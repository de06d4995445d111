"""LMTP: each recipient has a reply of its own."""

import smtplib
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until


class SpeaksLmtp(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                {"name": "lmtp", "protocol": "lmtp", "address": "127.0.0.1:0",
                 "limits": {"message_size": "10KiB"}},
                {"name": "mx", "address": "127.0.0.1:0"}],
            routes=[{"recipient": "nobody@stagepost.example", "to": "reject",
                     "reply": "550 5.1.1 Nobody by that name"},
                    {"listener": "lmtp", "to": "relay"}],
            delivery={"next_hop": [cls.peer.url]}))

    def setUp(self):
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.peer.mails.clear()

    def client(self, listener="lmtp"):
        client = self.enterContext(Dialogue(self.daemon.port(listener)))
        self.assertIn("LMTP Stagepost" if listener == "lmtp" else "ESMTP",
                      client.reply())
        return client

    def begun(self, *names):
        """A client whose recipients have been said."""
        client = self.client()
        client.say("LHLO client.example")
        client.say("MAIL FROM:<from@sender.example>")
        for name in names:
            client.say(f"RCPT TO:<{name}@stagepost.example>")
        return client

    def test_a_library_delivers_by_it(self):
        with smtplib.LMTP("127.0.0.1", self.daemon.port("lmtp"),
                          timeout=20) as client:
            refused = client.sendmail(
                "from@sender.example", ["to@stagepost.example"],
                "Subject: lmtp\r\n\r\nHello\r\n")
            self.assertEqual(refused, {})
            for name in "PIPELINING", "ENHANCEDSTATUSCODES", "8BITMIME":
                self.assertTrue(client.has_extn(name), name)
        until(self.peer.taken, 15, "mail arrives")
        self.assertIn("with LMTP id", self.peer.taken()[0].header("Received"))

    def test_each_recipient_has_a_reply(self):
        with smtplib.LMTP("127.0.0.1", self.daemon.port("lmtp"),
                          timeout=20) as client:
            client.ehlo("client.example")
            client.mail("from@sender.example")
            codes = [client.rcpt(f"{x}@stagepost.example")[0]
                     for x in ("one", "nobody", "two", "three")]
            self.assertEqual(codes, [250, 550, 250, 250])
            replies = [client.data("Subject: lmtp\r\n\r\nHello\r\n"),
                       client.getreply(), client.getreply()]
            self.assertEqual([x[0] for x in replies], [250, 250, 250])
            # There is no fourth.
            self.assertEqual(client.noop()[0], 250)
            self.assertEqual(client.quit()[0], 221)
        until(self.peer.taken, 15, "mail arrives")
        self.assertEqual(len(self.peer.taken()[0].recipients), 3)

    def test_a_refused_message_is_refused_to_each(self):
        client = self.begun("one", "two")
        client.say("DATA")
        client.write((b"x" * 998 + b"\r\n") * 11 + b".\r\nNOOP\r\n")
        self.assertEqual([client.reply()[:9] for _ in range(3)],
                         ["552 5.3.4", "552 5.3.4", "250 2.0.0"])
        self.assertFalse(self.peer.taken())

    def test_chunks_have_one_reply_and_the_last_one_all(self):
        client = self.begun("one", "two")
        client.write(b"BDAT 12\r\nSubject: a\r\nBDAT 5 LAST\r\n\r\nx\r\n"
                     b"NOOP\r\n")
        self.assertEqual([client.reply()[:3] for _ in range(4)], ["250"] * 4)
        until(self.peer.taken, 15, "mail arrives")

    def test_no_valid_recipient_has_no_reply(self):
        client = self.begun("nobody")
        self.assertEqual(client.say("DATA")[:9], "503 5.5.1")
        self.assertEqual(client.say("NOOP")[:3], "250")

    def test_smtp_says_ehlo_and_lmtp_says_lhlo(self):
        client = self.client()
        for word in "EHLO", "HELO":
            self.assertEqual(client.say(f"{word} client.example")[:9],
                             "500 5.5.1")
        self.assertEqual(client.say("MAIL FROM:<a@b.example>")[:9],
                         "503 5.5.1")
        self.assertEqual(client.say("LHLO client.example")[:4], "250-")
        self.assertEqual(
            self.client("mx").say("LHLO client.example")[:9], "500 5.5.1")


if __name__ == "__main__":
    unittest.main()
