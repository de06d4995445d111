"""What the client hears of its mail at outlets that work while it waits, and
what its sender is told by mail: each row of the table in
docs/configuration.md, "What the client hears"."""

import email
import email.policy
import threading
import time
import unittest

from http_platform import HANG, HttpPlatform
from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest, free_port,
                       until)

SMALL = b"From: s@sender.example\r\nSubject: =?utf-8?q?Dr=C3=BCck?=\r\n" \
    b"Message-ID: <%d@sender.example>\r\n\r\nHello\r\n"


def text_of(mail):
    return mail.get_body(("plain",)).get_content()


class SaysWhatBecameOfMail(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.platform = cls.enterClassContext(HttpPlatform())
        cls.peer = cls.enterClassContext(Peer())
        shell = lambda script: {"type": "command",
                                "run": ["/bin/sh", "-c", script]}
        url = cls.platform.url()
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        cls.text = folder.write("text", "Sorry: {{reason}}")
        outlets = {
            "relay": {"type": "queue"},
            "nowhere": {"type": "discard"},
            "jobs": {"type": "http", "url": url, "failure_mail": True},
            "silent": {"type": "http", "url": url},
            "kept": {"type": "http", "url": url, "fallback": "relay",
                     "timeout": "2s"},
            "gone": {"type": "http",
                     "url": f"http://127.0.0.1:{free_port()}/",
                     "failure_mail": True},
            "hasty": {"type": "http", "url": url, "reply_within": "2s",
                      "failure_mail": True},
            "worded": {"type": "http", "url": url, "failure_mail": {
                "text": cls.text}},
            "good": shell("cat > /dev/null"),
            "bad": shell("echo 'No paper' >&2; exit 1"),
            "later": shell("echo 'Busy' >&2; exit 75"),
        }
        routes = [{"recipient": f"@{name}.example", "to": name}
                  for name in outlets]
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                {"name": "mx", "protocol": "smtp", "address": "127.0.0.1:0"},
                {"name": "local", "protocol": "lmtp",
                 "address": "127.0.0.1:0"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            outlets=outlets, routes=routes,
            delivery={"next_hop": [cls.peer.url]}))
        cls.daemon.has_read()
        cls.count = 0

    def setUp(self):
        self.platform.forget()
        type(self).count += 1
        self.sender = f"s{self.count}@sender.example"

    def mail(self, *to, sender=None, octets=None):
        """Sends a message to one recipient each of these outlets. Returns the
        reply."""
        sender = self.sender if sender is None else sender
        type(self).count += 1
        octets = octets or SMALL % self.count
        to = [x if "@" in x else f"r@{x}.example" for x in to]
        with Dialogue(self.daemon.port(), seconds=60) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say(f"MAIL FROM:<{sender}>")
            for one in to:
                self.assertEqual(client.say(f"RCPT TO:<{one}>")[:3], "250")
            client.say("DATA")
            client.write(octets + b".\r\n")
            return client.reply()

    def taken(self):
        """What the test's sender sent through the queue, or got."""
        return [x for x in self.peer.taken()
                if self.sender in (x.sender, *x.recipients)]

    def told(self, n=1):
        until(lambda: len(self.taken()) >= n, 20, "the sender is told")
        return [email.message_from_bytes(x.content,
                                         policy=email.policy.default)
                for x in self.taken()]

    def nobody_is_told(self):
        # What comes after it went the same way.
        self.mail("relay")
        self.assertEqual(len(self.told()), 1)

    # -- the table -----------------------------------------------------------

    def test_accepted_by_every_outlet(self):
        self.platform.answer = 200, {"message": "Printed"}
        self.assertEqual(self.mail("jobs"), "250 2.0.0 Printed")
        self.assertEqual(self.mail("good")[:9], "250 2.0.0")
        self.assertEqual(self.mail("nowhere")[:9], "250 2.0.0")
        self.assertEqual(self.mail("jobs", "good", "nowhere")[:9],
                         "250 2.0.0")
        self.assertEqual(self.mail("jobs", "relay")[:9], "250 2.0.0")

    def test_rejected_by_the_platform(self):
        self.platform.answer = 422, {"message": "No printer of that name"}
        self.assertEqual(self.mail("jobs"),
                         "550 5.7.1 No printer of that name")
        self.nobody_is_told()

    def test_failed_at_the_platform(self):
        self.platform.answer = 500, "Oops"
        self.assertEqual(self.mail("jobs")[:9], "451 4.4.1")
        mail, = self.told()
        self.assertEqual(mail["Auto-Submitted"], "auto-replied")
        self.assertEqual(self.taken()[0].sender, "")
        text = text_of(mail)
        html = mail.get_body(("html",)).get_content()
        for part in (text, html):
            self.assertIn("Drück", part)
            self.assertIn("r@jobs.example", part)
            self.assertIn("500", part)
        header = [x for x in mail.walk()
                  if x.get_content_type() == "text/rfc822-headers"]
        self.assertIn("Subject: =?utf-8?q?Dr=C3=BCck?=",
                      header[0].get_payload())

    def test_failed_where_nobody_answers(self):
        self.assertEqual(self.mail("gone")[:9], "451 4.4.1")
        mail, = self.told()
        self.assertIn("refused", text_of(mail))

    def test_failed_without_failure_mail(self):
        self.platform.answer = 503, ""
        self.assertEqual(self.mail("silent")[:9], "451 4.4.1")
        self.nobody_is_told()

    def test_what_can_not_be_parsed(self):
        many = b"--x\r\n\r\na\r\n" * 5000
        octets = (b"Content-Type: multipart/mixed; boundary=x\r\n"
                  b"Subject: many\r\n\r\n" + many + b"--x--\r\n")
        self.assertRegex(self.mail("jobs", octets=octets), r"^554 5\.6\.0 .")
        mail, = self.told()
        self.assertIn("parts", text_of(mail))
        self.assertEqual(self.platform.posts, [])

    def test_a_program_that_fails(self):
        self.assertEqual(self.mail("bad"), "554 5.3.0 No paper")
        self.assertEqual(self.mail("later")[:9], "451 4.3.0")
        self.nobody_is_told()

    def test_mixed_outcomes_are_250_and_a_report_on_the_others(self):
        self.platform.answer = 403, "Not you"
        self.assertEqual(
            self.mail("good", "jobs", "bad"),
            "250 2.0.0 Accepted for 1 of 3 recipients, a report on the others "
            "follows")
        report, = self.told()
        self.assertEqual(report.get_content_type(), "multipart/report")
        status = report.get_payload(1).get_payload()[1:]
        said = {x["Final-Recipient"]: (x["Action"], x["Diagnostic-Code"])
                for x in status}
        self.assertEqual(said, {
            "rfc822; r@jobs.example":
                ("failed", "X-Stagepost; 550 5.7.1 Not you"),
            "rfc822; r@bad.example":
                ("failed", "X-Stagepost; 554 5.3.0 No paper")})

    def test_none_accepted_is_the_worst_reply(self):
        self.platform.answer = 500, ""
        self.assertEqual(self.mail("silent", "bad"), "554 5.3.0 No paper")
        self.assertEqual(self.mail("silent", "later")[:4], "451 ")
        self.nobody_is_told()

    def test_lmtp_hears_of_each_recipient(self):
        self.platform.answer = 403, "Not you"
        with Dialogue(self.daemon.port("local"), seconds=60) as client:
            client.reply()
            client.say("LHLO client.example")
            client.say(f"MAIL FROM:<{self.sender}>")
            for name in ("good", "jobs", "bad"):
                client.say(f"RCPT TO:<r@{name}.example>")
            client.say("DATA")
            client.write(SMALL % 0 + b".\r\n")
            self.assertEqual(client.reply()[:9], "250 2.0.0")
            self.assertEqual(client.reply(), "550 5.7.1 Not you")
            self.assertEqual(client.reply(), "554 5.3.0 No paper")
        self.nobody_is_told()

    # -- fallback, time, clients that leave ----------------------------------

    def test_a_fallback_takes_what_failed_for_now(self):
        for answer in ((503, ""), HANG):
            self.platform.answer = answer
            self.assertRegex(self.mail("kept"), r"^250 2\.0\.0 Queued as ")
        self.assertEqual(len(self.told(2)), 2)
        self.platform.answer = 400, "Never"
        self.assertEqual(self.mail("kept"), "550 5.7.1 Never")

    def test_a_client_waits_no_longer_than_reply_within(self):
        self.platform.answer = HANG
        begin = time.monotonic()
        self.assertEqual(self.mail("hasty")[:4], "451 ")
        self.assertLess(time.monotonic() - begin, 15)
        self.told()

    def test_a_client_that_hangs_up_changes_nothing(self):
        left = threading.Event()
        self.platform.answer = lambda post: (
            left.wait(20), (200, {"message": "Done"}))[1]
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say(f"MAIL FROM:<{self.sender}>")
            client.say("RCPT TO:<r@jobs.example>")
            client.say("DATA")
            client.write(SMALL % 0 + b".\r\n")
            until(lambda: self.platform.posts, 10)
        left.set()
        message = self.platform.posts[0].message["id"]
        until(lambda: any(message in x and "Done" in x for x in
                          self.daemon.logged("outlet accepted")), 10)
        story = until(lambda: self.story(message), 10)
        self.assertIn("Done", story)

    def story(self, message):
        try:
            return self.daemon.cli("explain", "--id", message)
        except AssertionError:
            return None

    def test_what_became_of_mail_is_recorded(self):
        self.platform.answer = 403, "Not you"
        self.mail("good", "jobs")
        message = self.platform.posts[0].message["id"]
        story = until(lambda: self.story(message), 10)
        self.assertIn("refused", story)
        self.assertIn("550 5.7.1 Not you", story)
        self.assertNotIn("in clear", story)  # a platform is no server

    def test_a_template_that_is_wrong_by_now_is_not_used(self):
        self.platform.answer = 500, ""
        self.assertEqual(self.mail("worded")[:3], "451")
        self.assertIn("Sorry: ", text_of(self.told(1)[0]))
        with open(self.text, "w", encoding="utf-8") as file:
            file.write("Sorry: {{reson}}")
        self.assertEqual(self.mail("worded")[:3], "451")
        self.assertNotIn("Sorry: ", text_of(self.told(2)[1]))
        line = self.daemon.logged("outlet no template")[0]
        self.assertIn("it asks for `reson`, which there is not", line)

    # -- who gets no failure mail --------------------------------------------

    def test_nobody_and_no_machine_gets_a_failure_mail(self):
        self.platform.answer = 500, ""
        self.assertEqual(self.mail("jobs", sender="")[:3], "451")
        for field in (b"Auto-Submitted: auto-generated", b"List-Id: <l.x>",
                      b"Precedence: bulk"):
            self.assertEqual(self.mail("jobs", octets=field
                                       + b"\r\n\r\nHello\r\n")[:3], "451")
        self.nobody_is_told()

    def test_a_message_that_is_sent_again_is_told_of_once(self):
        self.platform.answer = 500, ""
        octets = SMALL % 4711
        for _ in range(3):
            self.assertEqual(self.mail("jobs", octets=octets)[:3], "451")
        self.mail("relay")
        self.assertEqual(len(self.told(2)), 2)


if __name__ == "__main__":
    unittest.main()
