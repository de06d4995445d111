"""Messages in chunks, binary ones, and ones in every script; and how large
they may be."""

import email
import email.policy
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until

ENVELOPE = (b"MAIL FROM:<from@sender.example>\r\n"
            b"RCPT TO:<to@stagepost.example>\r\n")


class TakesChunks(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer(
            extensions=("PIPELINING", "8BITMIME", "SMTPUTF8")))
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0"},
                {"name": "small", "address": "127.0.0.1:0",
                 "limits": {"message_size": "10KiB"}},
                {"name": "without", "address": "127.0.0.1:0",
                 "discard_ehlo_keywords": ["CHUNKING", "SMTPUTF8"]}],
            routes=[{"recipient": "nobody@stagepost.example", "to": "reject",
                     "reply": "550 5.1.1 Nobody by that name"},
                    {"recipient": "void@stagepost.example", "to": "void"},
                    {"to": "relay"}],
            outlets={"void": {"type": "discard"}},
            delivery={"next_hop": [cls.peer.url], "retry": "1h"}))

    def setUp(self):
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.peer.mails.clear()

    def client(self, listener="mx"):
        client = self.enterContext(Dialogue(self.daemon.port(listener)))
        client.reply()
        self.offered = client.say("EHLO client.example").splitlines()
        return client

    def begun(self, listener="mx"):
        client = self.client(listener)
        client.write(ENVELOPE)
        self.assertEqual(self.codes(client, 2), ["250", "250"])
        return client

    def codes(self, client, n):
        return [client.reply()[:3] for _ in range(n)]

    def arrived(self):
        until(self.peer.taken, 15, "mail arrives")
        return self.peer.taken()[0]

    def body(self):
        return self.arrived().content.split(b"\r\n\r\n", 1)[1]

    def test_a_message_in_chunks_arrives_whole(self):
        client = self.begun()
        chunks = [b"Subject: chunks\r\n\r\none\r", b"\n.\r\n..two\r\n.",
                  b"three", b" and four\r\n"]
        for chunk in chunks[:-1]:
            client.write(b"BDAT %d\r\n" % len(chunk) + chunk)
            self.assertRegex(client.reply(), "^250 2.0.0 ")
        client.write(b"BDAT %d LAST\r\n" % len(chunks[-1]) + chunks[-1])
        self.assertRegex(client.reply(), "^250 2.0.0 Queued as ")
        self.assertEqual(self.body(), b"one\r\n.\r\n..two\r\n.three and four"
                                      b"\r\n")
        self.assertIn("with ESMTP id", self.arrived().header("Received"))

    def test_the_last_chunk_may_be_empty(self):
        client = self.begun()
        client.write(b"BDAT 12\r\nSubject: a\r\nBDAT 5\r\n\r\nx\r\n"
                     b"BDAT 0 LAST\r\n")
        self.assertEqual(self.codes(client, 3), ["250", "250", "250"])
        self.assertEqual(self.body(), b"x\r\n")

    def test_a_large_message_in_chunks_arrives_whole(self):
        client = self.begun()
        body = b"".join(b"%070d\r\n" % i for i in range(50_000))
        message = b"Subject: large\r\n\r\n" + body
        size = 1_000_003
        for at in range(0, len(message), size):
            chunk = message[at:at + size]
            last = b" LAST" if at + size >= len(message) else b""
            client.write(b"BDAT %d%s\r\n" % (len(chunk), last) + chunk)
            self.assertEqual(client.reply()[:3], "250")
        self.assertTrue(self.body() == body, "the body has changed")

    def test_a_whole_transaction_comes_in_one_segment(self):
        client = self.client()
        client.write(ENVELOPE + b"BDAT 19\r\nSubject: one\r\n\r\nx\r\n"
                     b"BDAT 7 LAST\r\ny\r\n.\r\nz"
                     + ENVELOPE + b"BDAT 14 LAST\r\nSubject: two\r\n"
                     b"NOOP\r\nQUIT\r\n")
        self.assertEqual(self.codes(client, 9),
                         ["250", "250", "250", "250", "250", "250", "250",
                          "250", "221"])
        until(lambda: len(self.peer.taken()) == 2, 15, "both arrive")
        bodies = {x.header("Subject"): x.content for x in self.peer.taken()}
        self.assertTrue(bodies["one"].endswith(b"\r\n\r\nx\r\ny\r\n.\r\nz\r\n"))

    def test_a_refused_chunk_is_no_command(self):
        client = self.client()
        client.write(b"MAIL FROM:<from@sender.example>\r\n"
                     b"RCPT TO:<nobody@stagepost.example>\r\n"
                     b"BDAT 6\r\nQUIT\r\nBDAT 6 LAST\r\nRSET\r\nNOOP\r\n")
        self.assertEqual(self.codes(client, 5),
                         ["250", "550", "554", "503", "250"])

    def test_data_and_bdat_do_not_mix(self):
        client = self.begun()
        client.write(b"BDAT 12\r\nSubject: a\r\n")
        self.assertEqual(client.reply()[:3], "250")
        self.assertEqual(client.say("DATA")[:9], "503 5.5.1")
        self.assertEqual(client.say("RCPT TO:<b@stagepost.example>")[:9],
                         "503 5.5.1")
        self.assertEqual(client.say("RSET")[:3], "250")
        self.assertEqual(client.say("NOOP")[:3], "250")
        self.assertFalse(self.peer.taken())

    def test_a_size_that_nobody_understands_ends_it(self):
        for argument in ("", "x", "-1", "5 FIRST", "99999999999999999999"):
            with self.subTest(argument):
                client = self.begun()
                self.assertRegex(client.say(f"BDAT {argument}"),
                                 "^(501 5.5.4|421 4)")
                rest = client.file.read()
                self.assertNotIn(b"250", rest)

    def test_a_bare_lf_in_a_chunk_is_refused(self):
        client = self.begun()
        client.write(b"BDAT 19 LAST\r\nSubject: a\r\n\r\nb\nc\r\n")
        self.assertRegex(client.reply(), r"^550 5\.6\.11 ")
        self.assertEqual(client.say("NOOP")[:3], "250")
        self.assertFalse(self.peer.taken())

    def test_chunks_that_are_too_many_are_refused(self):
        client = self.begun("small")
        chunk = b"BDAT 6000\r\n" + (b"x" * 998 + b"\r\n") * 6
        client.write(chunk)
        self.assertEqual(client.reply()[:3], "250")
        client.write(chunk)
        self.assertRegex(client.reply(), r"^552 5\.3\.4 ")
        # What follows it belongs to no message.
        client.write(b"BDAT 6 LAST\r\nNOOP\r\n")
        self.assertEqual(client.reply()[:9], "503 5.5.1")
        self.assertEqual(client.say("NOOP")[:3], "250")
        self.assertFalse(self.peer.taken())

    def test_a_size_over_the_limit_is_refused_at_mail_and_in_data(self):
        client = self.client("small")
        self.assertIn("250-SIZE 10240", self.offered)
        self.assertRegex(client.say("MAIL FROM:<a@b.example> SIZE=10241"),
                         r"^552 5\.3\.4 ")
        self.assertRegex(client.say("MAIL FROM:<a@b.example> SIZE="
                                    "18446744073709551616"),
                         r"^552 5\.3\.4 ")
        # Who lies about the size is found out.
        self.assertEqual(client.say("MAIL FROM:<a@b.example> SIZE=10")[:3],
                         "250")
        client.say("RCPT TO:<to@stagepost.example>")
        client.say("DATA")
        client.write((b"x" * 998 + b"\r\n") * 11)
        self.assertRegex(client.say("."), r"^552 5\.3\.4 ")
        self.assertEqual(client.say("NOOP")[:3], "250")

    def test_what_is_not_offered_is_refused(self):
        client = self.begun("without")
        self.assertFalse({"250-CHUNKING", "250-BINARYMIME", "250-SMTPUTF8"}
                         & set(self.offered))
        client.write(b"BDAT 6 LAST\r\nQUIT\r\n")
        self.assertEqual(client.reply()[:9], "502 5.5.1")
        client.say("RSET")
        for parameter in "BODY=BINARYMIME", "SMTPUTF8":
            self.assertEqual(
                client.say(f"MAIL FROM:<a@b.example> {parameter}")[:9],
                "555 5.5.4")

    def test_binary_mail_comes_by_bdat(self):
        client = self.client()
        self.assertTrue({"250-CHUNKING", "250-BINARYMIME"}
                        <= set(self.offered))
        self.assertEqual(client.say("MAIL FROM:<from@sender.example> "
                                    "BODY=BINARYMIME")[:3], "250")
        client.say("RCPT TO:<void@stagepost.example>")
        self.assertEqual(client.say("DATA")[:9], "503 5.5.1")
        octets = b"Subject: a\r\n\r\n" + bytes(range(256)) + b"\n\r\n.\r\n\r"
        client.write(b"BDAT %d LAST\r\n" % len(octets) + octets)
        self.assertRegex(client.reply(), "^250 2.0.0 ")
        self.assertEqual(client.say("NOOP")[:3], "250")

    def test_addresses_of_every_script_arrive(self):
        client = self.client()
        self.assertIn("250-SMTPUTF8", self.offered)
        self.assertEqual(client.say("MAIL FROM:<jörg@sender.example> SMTPUTF8 "
                                    "BODY=8BITMIME")[:3], "250")
        self.assertEqual(client.say("RCPT TO:<用户@例子.example>")[:3], "250")
        self.assertEqual(client.say("DATA")[:3], "354")
        client.write("Subject: Grüße\r\n\r\nпривет\r\n.\r\n".encode())
        self.assertRegex(client.reply(), "^250 2.0.0 ")
        mail = self.arrived()
        self.assertEqual(mail.sender, "jörg@sender.example")
        self.assertEqual(mail.recipients[0].split("@")[0], "用户")
        self.assertIn("SMTPUTF8", mail.parameters)
        parsed = email.message_from_bytes(mail.content,
                                          policy=email.policy.default)
        self.assertEqual(parsed["Subject"], "Grüße")
        self.assertIn("with UTF8SMTP id", mail.header("Received"))
        self.assertTrue(mail.content.endswith("\r\nпривет\r\n".encode()))

    def test_without_the_parameter_they_are_refused(self):
        client = self.client()
        self.assertEqual(client.say("MAIL FROM:<jörg@sender.example>")[:9],
                         "550 5.6.7")
        client.say("MAIL FROM:<from@sender.example>")
        self.assertEqual(client.say("RCPT TO:<jörg@stagepost.example>")[:9],
                         "553 5.6.7")

    def test_what_is_no_utf8_is_no_address(self):
        client = self.client()
        for octets in (b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xc3"):
            client.write(b"MAIL FROM:<j" + octets
                         + b"@sender.example> SMTPUTF8\r\n")
            self.assertEqual(client.reply()[:9], "500 5.5.2", octets)


if __name__ == "__main__":
    unittest.main()
