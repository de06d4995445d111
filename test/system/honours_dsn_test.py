"""What the sender wants to hear of its mail is told to it, or passed on to
servers that can tell it."""

import email
import email.policy
import ssl
import unittest

from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest,
                       make_certificate, until)

ASKED = ("RET=HDRS", "ENVID=QQ+2B314")
EXTENSIONS = ("PIPELINING", "8BITMIME", "ENHANCEDSTATUSCODES")


def by_name(_, argument):
    """What the peers answer to RCPT."""
    if "unknown" in argument:
        return "550 5.1.1 No such user here"
    return None


class HonoursDsn(SystemTest):
    @classmethod
    def setUpClass(cls):
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        certificate, key = make_certificate(folder)
        cls.knows = cls.enterClassContext(Peer(
            extensions=(*EXTENSIONS, "DSN"), answers={"RCPT": by_name}))
        cls.lacks = cls.enterClassContext(Peer(
            extensions=EXTENSIONS, answers={"RCPT": by_name}))
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": certificate, "key": key}]},
            listeners=[{"name": "mx", "address": "127.0.0.1:0",
                        "tls": "starttls"}],
            delivery={"retry": "1s", "domains": {
                "knows.example": {"next_hop": [cls.knows.url]},
                "lacks.example": {"next_hop": [cls.lacks.url]},
                "sender.example": {"next_hop": [cls.sender.url]}}}))

    def setUp(self):
        for peer in (self.knows, self.lacks, self.sender):
            peer.mails.clear()
            peer.commands.clear()

    def client(self):
        client = self.enterContext(Dialogue(self.daemon.port()))
        client.reply()
        client.say("EHLO client.example")
        return client

    def sent(self, to, *parameters, mail=(), content=b"Subject: a\r\n\r\nb"):
        """Sends one message. Returns its queue id."""
        client = self.client()
        lines = [" ".join(("MAIL FROM:<from@sender.example>", *mail)),
                 " ".join((f"RCPT TO:<{to}>", *parameters))]
        for line in lines:
            self.assertEqual(client.say(line)[:3], "250", line)
        self.assertEqual(client.say("DATA")[:3], "354")
        client.write(content + b"\r\n.\r\n")
        reply = client.reply()
        self.assertEqual(reply[:3], "250", reply)
        return reply.split()[-1]

    def report(self):
        """The fields for the message and for the recipient, and what the
        report returns."""
        until(self.sender.taken, 20, "a report arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.assertEqual(len(self.sender.taken()), 1)
        mail = self.sender.taken()[0]
        self.assertEqual(mail.sender, "")
        if not mail.content.isascii():
            self.assertIn("BODY=8BITMIME", mail.parameters)
            mail.content.decode()
        parsed = email.message_from_bytes(mail.content,
                                          policy=email.policy.default)
        self.returned = list(parsed.iter_parts())[2]
        status = list(parsed.iter_parts())[1].get_payload()
        return dict(status[0].items()), dict(status[1].items())

    def settled(self, number):
        """Its queue is empty, and nothing was reported."""
        until(self.daemon.is_empty, 20, "the queue is empty")
        self.assertNotIn(f"about={number}", self.daemon.log())
        self.assertFalse(self.sender.taken())

    def test_a_server_with_dsn_gets_all_of_it(self):
        number = self.sent(
            "to@knows.example", "NOTIFY=SUCCESS,FAILURE,DELAY",
            "ORCPT=rfc822;other+2Bone@first.example", mail=ASKED)
        until(self.knows.taken, 15, "mail arrives")
        mail = self.knows.heard("MAIL")[0].split()
        self.assertEqual([x for x in mail if x[:3] == "RET"], ["RET=HDRS"])
        self.assertEqual([x for x in mail if x[:5] == "ENVID"],
                         ["ENVID=QQ+2B314"])
        rcpt = self.knows.heard("RCPT")[0].split()
        self.assertEqual(rcpt[0:2], ["RCPT", "TO:<to@knows.example>"])
        self.assertEqual(sorted(rcpt[2:]),
                         ["NOTIFY=SUCCESS,FAILURE,DELAY",
                          "ORCPT=rfc822;other+2Bone@first.example"])
        # Whether it succeeded is for that server to say.
        self.settled(number)

    def test_a_server_with_dsn_gets_nothing_that_was_not_said(self):
        number = self.sent("to@knows.example")
        self.settled(number)
        said = self.knows.heard("MAIL")[0] + self.knows.heard("RCPT")[0]
        for word in "RET=", "ENVID=", "NOTIFY=", "ORCPT=":
            self.assertNotIn(word, said)

    def test_a_server_without_dsn_gets_none_and_success_is_relayed(self):
        number = self.sent("to@lacks.example", "NOTIFY=SUCCESS",
                           "ORCPT=rfc822;other+2Bone@first.example",
                           mail=ASKED)
        message, recipient = self.report()
        said = self.lacks.heard("MAIL")[0] + self.lacks.heard("RCPT")[0]
        for word in "RET=", "ENVID=", "NOTIFY=", "ORCPT=":
            self.assertNotIn(word, said)
        self.assertTrue(self.lacks.taken())
        self.assertEqual(message["Original-Envelope-Id"], "QQ+314")
        self.assertEqual(recipient["Original-Recipient"],
                         "rfc822; other+one@first.example")
        self.assertEqual(recipient["Final-Recipient"],
                         "rfc822; to@lacks.example")
        self.assertEqual(recipient["Action"], "relayed")
        self.assertRegex(recipient["Status"], "^2")
        self.assertIn(f"about={number}", self.daemon.log())

    def test_who_did_not_ask_for_success_hears_nothing_of_it(self):
        self.settled(self.sent("to@lacks.example", "NOTIFY=FAILURE,DELAY"))

    def test_who_wants_to_hear_of_no_failure_hears_of_none(self):
        for notify in "NEVER", "SUCCESS":
            for domain in "lacks.example", "knows.example":
                with self.subTest(notify + " " + domain):
                    number = self.sent(f"unknown@{domain}",
                                       f"NOTIFY={notify}")
                    self.settled(number)
                    self.assertTrue(
                        self.daemon.logged(f"queue bounced id={number}"))

    def test_a_failure_quotes_what_the_envelope_said(self):
        self.sent("unknown@lacks.example", "NOTIFY=FAILURE",
                  "ORCPT=rfc822;other@first.example", mail=ASKED)
        message, recipient = self.report()
        self.assertEqual(message["Original-Envelope-Id"], "QQ+314")
        self.assertEqual(recipient["Original-Recipient"],
                         "rfc822; other@first.example")
        self.assertEqual(recipient["Action"], "failed")

    def test_ret_decides_what_comes_back(self):
        content = b"Subject: invoice 17\r\n\r\nthe body"
        for ret, kind in (("FULL", "message/rfc822"),
                          ("HDRS", "text/rfc822-headers")):
            with self.subTest(ret):
                self.sender.mails.clear()
                self.sent("unknown@lacks.example", mail=(f"RET={ret}",),
                          content=content)
                self.report()
                self.assertEqual(self.returned.get_content_type(), kind)
                text = self.returned.as_string()
                self.assertIn("Subject: invoice 17", text)
                self.assertEqual("the body" in text, ret == "FULL")

    def test_a_success_returns_the_header_only(self):
        self.sent("to@lacks.example", "NOTIFY=SUCCESS", mail=("RET=FULL",),
                  content=b"Subject: a\r\n\r\nthe body")
        self.report()
        self.assertEqual(self.returned.get_content_type(),
                         "text/rfc822-headers")

    def test_what_is_no_request_is_refused(self):
        client = self.client()
        for bad in ("RET=ALL", "RET", "RET=HDRS RET=HDRS", "ENVID=a+2", "ENVID=",
                    "ENVID=a+2g", "ENVID=a+2b", "ENVID=a+0D+0A",
                    "ENVID=" + "x" * 101):
            with self.subTest(bad):
                self.assertEqual(
                    client.say(f"MAIL FROM:<a@b.example> {bad}")[:9],
                    "501 5.5.4")
        self.assertEqual(client.say("MAIL FROM:<a@b.example>")[:3], "250")
        for bad in ("NOTIFY=NEVER,FAILURE", "NOTIFY=", "NOTIFY=SOMETIMES",
                    "NOTIFY=FAILURE NOTIFY=DELAY", "ORCPT=a@b.example",
                    "ORCPT=rfc822;", "ORCPT=rfc822;a+4", "ORCPT=;a@b.example",
                    "ORCPT=rfc822;a+0D+0AX-Evil:+20b"):
            with self.subTest(bad):
                self.assertEqual(
                    client.say(f"RCPT TO:<to@lacks.example> {bad}")[:9],
                    "501 5.5.4")
        self.assertEqual(client.say("RCPT TO:<to@lacks.example>")[:3], "250")

    def test_requests_survive_a_kill_9(self):
        self.knows.answers["RCPT"] = "451 4.2.1 Not now"
        try:
            self.sent("to@knows.example", "NOTIFY=SUCCESS,DELAY",
                      "ORCPT=rfc822;other+3Done@first.example", mail=ASKED)
            until(lambda: self.daemon.recipients().get(
                "to@knows.example", {}).get("attempts"), 15, "it is deferred")
            self.daemon.kill9()
            self.knows.commands.clear()
        finally:
            self.knows.answers["RCPT"] = by_name
        self.daemon.start()
        until(self.knows.taken, 20, "mail arrives")
        self.assertIn(" RET=HDRS ENVID=QQ+2B314", self.knows.heard("MAIL")[-1])
        self.assertRegex(
            self.knows.heard("RCPT")[-1],
            r" NOTIFY=SUCCESS,DELAY ORCPT=rfc822;other\+3Done@first.example$")

    # Mail that the next server can not take is reported for what it is.

    def test_an_address_in_utf8_fails_at_a_server_without_it(self):
        self.sent("jörg@lacks.example", mail=("SMTPUTF8",))
        recipient = self.report()[1]
        self.assertEqual(recipient["Action"], "failed")
        self.assertEqual(recipient["Status"], "5.6.7")
        self.assertRegex(recipient["Final-Recipient"], r"^utf-8; ")
        self.assertFalse(self.lacks.taken())

    def test_a_message_in_utf8_fails_at_a_server_without_it(self):
        self.sent("to@lacks.example", mail=("SMTPUTF8", "BODY=8BITMIME"),
                  content="Subject: Grüße\r\n\r\nx".encode())
        recipient = self.report()[1]
        self.assertEqual(recipient["Status"], "5.6.7")
        self.assertFalse(self.lacks.taken())
        self.assertEqual(self.returned.get_content_type(),
                         "message/global-headers")
        self.assertIn("Subject: Grüße", self.returned.as_bytes().decode())

    def test_binary_mail_fails_at_a_server_that_takes_text(self):
        client = self.client()
        client.say("MAIL FROM:<from@sender.example> BODY=BINARYMIME")
        client.say("RCPT TO:<to@lacks.example>")
        octets = (b"Content-Type: multipart/signed; boundary=b\r\n\r\n"
                  b"--b\r\n\r\n\0\xff\n\r\n--b--\r\n")
        client.write(b"BDAT %d LAST\r\n" % len(octets) + octets)
        self.assertEqual(client.reply()[:3], "250")
        recipient = self.report()[1]
        self.assertEqual(recipient["Status"], "5.6.3")
        self.assertFalse(self.lacks.taken())

    def test_guarded_mail_goes_to_nobody_who_does_not_guard_it(self):
        client = self.client()
        self.assertNotIn("REQUIRETLS", client.say("EHLO client.example"))
        self.assertEqual(
            client.say("MAIL FROM:<a@b.example> REQUIRETLS")[:10],
            "530 5.7.10")
        client.say("STARTTLS")
        client.file.close()
        context = ssl.create_default_context()
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        client.sock = context.wrap_socket(client.sock)
        client.file = client.sock.makefile("rb")
        self.assertIn("250-REQUIRETLS", client.say("EHLO client.example"))
        self.assertEqual(
            client.say("MAIL FROM:<from@sender.example> REQUIRETLS")[:3],
            "250")
        self.assertEqual(client.say("RCPT TO:<to@knows.example>")[:3], "250")
        self.assertEqual(client.say("DATA")[:3], "354")
        self.assertEqual(client.say("Subject: a\r\n\r\nb\r\n.")[:3], "250")
        until(self.sender.taken, 15, "a report arrives")
        text = self.sender.taken()[0].content.decode()
        self.assertIn("Status: 5.7.30", text)
        self.assertFalse(self.knows.heard("MAIL"))


if __name__ == "__main__":
    unittest.main()
