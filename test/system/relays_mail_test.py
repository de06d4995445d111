"""Mail goes in, and the same mail comes out."""

import re
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, send, until


def body_of(mail):
    return mail.content.split(b"\r\n\r\n", 1)[1]


class RelaysMail(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(
            Daemon(delivery={"next_hop": [cls.peer.url]}))

    def setUp(self):
        self.peer.mails.clear()

    def arrives(self, count=1):
        until(lambda: len(self.peer.taken()) >= count, 20, "mail arrives")
        until(self.daemon.is_empty, 15, "the queue is empty")
        self.assertEqual(len(self.peer.taken()), count)
        return self.peer.taken()[0]

    def test_envelope_and_content_stay_what_they_were(self):
        send(self.daemon.port(), "Subject: a\r\n\r\nHello\r\n")
        mail = self.arrives()
        self.assertEqual(mail.sender, "from@sender.example")
        self.assertEqual(mail.recipients, ["to@stagepost.example"])
        self.assertEqual(mail.helo, "mx.stagepost.example")
        self.assertTrue(mail.content.endswith(b"Subject: a\r\n\r\nHello\r\n"))

    def test_received_is_added_and_nothing_else(self):
        text = "Subject: b\r\n\r\nHello\r\n"
        number = send(self.daemon.port(), text)
        mail = self.arrives()
        self.assertTrue(mail.content.endswith(text.encode()))
        trace = re.sub(r"\s+", " ",
                       mail.content[:-len(text)].decode()).strip()
        self.assertRegex(
            trace, r"^Received: from client\.example .*\[127\.0\.0\.1\].*"
            rf"by mx\.stagepost\.example .*with ESMTP id {number}"
            r".*for <to@stagepost\.example>.*; .* [+-]\d{4}.*$")
        self.assertEqual(trace.count("Received:"), 1)

    def test_a_pipelined_transaction_arrives(self):
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            self.assertIn("PIPELINING", client.say("EHLO client.example"))
            client.write(b"MAIL FROM:<from@sender.example>\r\n"
                         b"RCPT TO:<a@stagepost.example>\r\n"
                         b"RCPT TO:<b@stagepost.example>\r\nDATA\r\n")
            self.assertEqual([client.reply()[:3] for _ in range(4)],
                             ["250", "250", "250", "354"])
            client.write(b"Subject: c\r\n\r\nHello\r\n.\r\nQUIT\r\n")
            self.assertEqual(client.reply()[:3], "250")
            self.assertEqual(client.reply()[:3], "221")
        mail = self.arrives()
        self.assertEqual(mail.recipients,
                         ["a@stagepost.example", "b@stagepost.example"])

    def test_lines_that_begin_with_dots_arrive(self):
        text = "\r\n.\r\n..\r\n...three\r\n.one\r\nend\r\n"
        send(self.daemon.port(), "Subject: dots\r\n" + text)
        self.assertEqual(body_of(self.arrives()), text[2:].encode())

    def test_lines_of_998_octets_arrive(self):
        text = b"\r\n".join(bytes([c]) * 998 for c in b"abc") + b"\r\n"
        send(self.daemon.port(), b"Subject: long\r\n\r\n" + text)
        self.assertEqual(body_of(self.arrives()), text)

    def test_eight_bit_text_arrives_and_is_announced(self):
        text = "Grüße aus Köln, 你好\r\n".encode() + bytes(
            x for x in range(128, 256)) + b"\r\n"
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            self.assertIn("8BITMIME", client.say("EHLO client.example"))
            client.say("MAIL FROM:<from@sender.example> BODY=8BITMIME")
            client.say("RCPT TO:<to@stagepost.example>")
            client.say("DATA")
            client.write(b"Subject: 8\r\n\r\n" + text)
            self.assertEqual(client.say(".")[:3], "250")
        mail = self.arrives()
        self.assertEqual(body_of(mail), text)
        self.assertIn("BODY=8BITMIME", mail.parameters)

    def test_a_large_message_arrives(self):
        line = bytes(range(33, 127)) * 10
        text = b"".join(b"%06d %s\r\n" % (i, line[i % 90:i % 90 + 70])
                        for i in range(40_000))
        self.assertGreater(len(text), 3_000_000)
        send(self.daemon.port(), b"Subject: large\r\n\r\n" + text)
        mail = self.arrives()
        self.assertTrue(body_of(mail) == text, "the content has changed")
        self.assertIn("SIZE=", mail.parameters)

    def test_an_empty_message_arrives(self):
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say("MAIL FROM:<>")
            client.say("RCPT TO:<to@stagepost.example>")
            client.say("DATA")
            self.assertEqual(client.say(".")[:3], "250")
        mail = self.arrives()
        self.assertEqual(mail.sender, "")
        self.assertTrue(mail.content.startswith(b"Received:"))

    def test_each_of_many_recipients_is_served_once(self):
        to = [f"user{i}@stagepost.example" for i in range(500)]
        send(self.daemon.port(), to=to)
        until(lambda: sum(len(x.recipients) for x in self.peer.taken()) >= 500,
              20, "all recipients are served")
        until(self.daemon.is_empty, 15, "the queue is empty")
        served = [y for x in self.peer.taken() for y in x.recipients]
        self.assertEqual(sorted(served), sorted(to))

    def test_one_connection_carries_many_messages(self):
        before = self.peer.connections
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            for i in range(30):
                client.say("MAIL FROM:<from@sender.example>")
                client.say("RCPT TO:<to@stagepost.example>")
                client.say("DATA")
                self.assertEqual(
                    client.say(f"X-Number: {i}\r\n\r\nHello\r\n.")[:3], "250")
        self.arrives(30)
        self.assertEqual(set(self.peer.counts().values()), {1})
        self.assertLess(self.peer.connections - before, 30)

    def test_the_log_tells_the_story(self):
        number = send(self.daemon.port())
        self.arrives()
        story = [line.split()[3] for line in self.daemon.log().splitlines()
                 if f"id={number}" in line]
        self.assertEqual(story, ["accepted", "delivered"])


if __name__ == "__main__":
    unittest.main()
