"""Content goes out in chunks where they are taken, and as clean lines."""

import re
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, send, until

CHUNKS = ("PIPELINING", "SIZE 10000000", "8BITMIME", "ENHANCEDSTATUSCODES",
          "CHUNKING", "BINARYMIME")


# It can't be made text.
SIGNED = (b"Content-Type: multipart/signed; boundary=b\r\n\r\n"
          b"--b\r\n\r\n\0\xff\n\r\n--b--\r\n")


class SendsChunks(SystemTest):
    @classmethod
    def setUpClass(cls):
        peers = {
            "all": CHUNKS,
            "patient": [x for x in CHUNKS if x != "PIPELINING"],
            "text": [x for x in CHUNKS if x != "BINARYMIME"],
            "dots": ("PIPELINING", "8BITMIME"),
        }
        cls.peers = {name: cls.enterClassContext(Peer(extensions=x))
                     for name, x in peers.items()}
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[{"name": "mx", "address": "127.0.0.1:0",
                        "bare_newline": "normalize"}],
            delivery={"retry": "1h", "domains": {
                f"{name}.example": {"next_hop": [peer.url]}
                for name, peer in (cls.peers | {"sender": cls.sender}).items()
            }}))

    def setUp(self):
        for peer in (*self.peers.values(), self.sender):
            peer.mails.clear()
            peer.commands.clear()
            peer.answers.clear()

    def submit(self, octets, where, *parameters, to=("to",)):
        """By BDAT, which brings any octets there are."""
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say(" ".join(("MAIL FROM:<from@sender.example>",
                                 *parameters)))
            for name in to:
                client.say(f"RCPT TO:<{name}@{where}.example>")
            client.write(b"BDAT %d LAST\r\n" % len(octets) + octets)
            reply = client.reply()
            self.assertEqual(reply[:3], "250", reply)
            return reply.split()[-1]

    def arrives(self, where):
        until(self.peers[where].taken, 20, f"mail arrives at {where}")
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.assertEqual(len(self.peers[where].taken()), 1)
        return self.peers[where].taken()[0]

    def reports(self):
        until(self.sender.taken, 20, "a report arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        return self.sender.taken()[0].content.decode()

    def body_of(self, mail):
        return mail.content.split(b"\r\n\r\n", 1)[1]

    def test_a_small_message_is_one_chunk(self):
        for where in "all", "patient", "text":
            send(self.daemon.port(), "Subject: a\r\n\r\n.\r\n..b\r\n",
                 to=f"to@{where}.example")
            mail = self.arrives(where)
            self.assertEqual(self.body_of(mail), b".\r\n..b\r\n")
            self.assertEqual(mail.chunks, 1)
            heard = [x.split()[0] for _, x in self.peers[where].commands
                     if x[:4] != "EHLO"]
            self.assertEqual(heard[:3], ["MAIL", "RCPT", "BDAT"])
            self.assertNotIn("DATA", heard)

    def test_a_large_message_is_many_chunks(self):
        text = b"".join(b"%06d %s\r\n" % (i, b"x" * 70)
                        for i in range(20_000))
        for where in "all", "patient":
            send(self.daemon.port(), b"Subject: large\r\n\r\n" + text,
                 to=f"to@{where}.example")
            mail = self.arrives(where)
            self.assertTrue(self.body_of(mail) == text, "it has changed")
            self.assertGreater(mail.chunks, 4)

    def test_binary_mail_stays_what_it_is(self):
        octets = (b"Subject: a\r\n\r\n" + bytes(range(256)) * 3000
                  + b"\n\r\n.\r\n\r")
        for where in "all", "patient":
            self.submit(octets, where, "BODY=BINARYMIME")
            mail = self.arrives(where)
            self.assertTrue(mail.content.endswith(octets), "it has changed")
            self.assertIn("BODY=BINARYMIME", mail.parameters)

    def test_binary_mail_is_reported_where_it_is_not_taken(self):
        for where in "text", "dots":
            self.sender.mails.clear()
            self.submit(SIGNED, where, "BODY=BINARYMIME")
            self.assertIn("Status: 5.6.3", self.reports())
            self.assertFalse(self.peers[where].taken())

    def test_what_leaves_is_clean_lines_whatever_came(self):
        octets = (b"Subject: a\n\rX: y\r\r\n.\nRSET\r.\r\n..\n"
                  b"MAIL FROM:<evil@sender.example>\n.\r\r\nend")
        for where in "all", "dots":
            self.submit(octets, where)
            content = self.arrives(where).content
            self.assertFalse(re.search(rb"\r(?!\n)|(?<!\r)\n", content))
            self.assertTrue(content.endswith(
                b"\r\n.\r\nRSET\r\n.\r\n..\r\n"
                b"MAIL FROM:<evil@sender.example>\r\n.\r\n\r\nend\r\n"))
            heard = [x.split()[0] for _, x in self.peers[where].commands]
            self.assertEqual(heard.count("MAIL"), 1)
            self.assertNotIn("RSET", heard)

    def test_one_refused_recipient_does_not_hurt_the_other(self):
        self.peers["all"].answers["RCPT"] = (
            lambda _, x: "550 5.1.1 Nobody" if "nobody" in x else None)
        self.submit(b"Subject: a\r\n\r\nb\r\n", "all", to=("to", "nobody"))
        self.assertIn("nobody@all.example", self.reports())
        self.assertEqual(self.arrives("all").recipients, ["to@all.example"])

    def test_who_refuses_all_is_asked_again_over_the_same_connection(self):
        peer = self.peers["all"]
        peer.answers["RCPT"] = ["550 5.1.1 Nobody", "250 2.1.5 Ok"]
        self.submit(b"Subject: a\r\n\r\nb\r\n", "all")
        self.assertIn("Status: 5.1.1", self.reports())
        self.submit(b"Subject: a\r\n\r\nb\r\n", "all")
        self.arrives("all")
        self.assertEqual(len({number for number, _ in peer.commands}), 1)
        self.assertIn("RSET", [x for _, x in peer.commands])

    def test_a_chunk_can_be_refused(self):
        self.peers["all"].answers["BDAT"] = "552 5.3.4 Too much of it"
        self.submit(b"Subject: a\r\n\r\n" + (b"b" * 70 + b"\r\n") * 10_000, "all")
        self.assertIn("552 5.3.4 Too much of it", self.reports())
        self.assertFalse(self.peers["all"].taken())


if __name__ == "__main__":
    unittest.main()
