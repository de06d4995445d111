"""Mail that can't be delivered is reported to its sender, once."""

import email
import email.policy
import unittest

from stagepost import Daemon, Peer, SystemTest, send, until


def answer_by_name(verb):
    """The recipient's local part says what is answered to `verb`."""
    def answer(connection, argument):
        to = connection.recipients if verb == "CONTENT" else [argument]
        for name, reply in REPLIES[verb].items():
            if any(f"{name}@" in x for x in to):
                return reply
        return None
    return answer


REPLIES = {
    "RCPT": {
        "unknown": "550 5.1.1 No such user here",
        "verbose": "550-5.7.1 This is\r\n550-5.7.1 a long\r\n"
                   "550 5.7.1 story",
        "bare": "550 no enhanced code",
        "never": "451 4.2.2 Mailbox full, try again",
        "strange": "550 5.1.1 bell \x07 escape \x1b[31m <b>&amp; Grüße",
    },
    "CONTENT": {
        "spam": "554 5.7.1 Content refused",
        "late": "451 4.7.1 Greylisted",
    },
}


class ReportsFailures(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer(
            answers={verb: answer_by_name(verb) for verb in REPLIES}))
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"retry": "1s", "expire": "3s", "domains": {
                "stagepost.example": {"next_hop": [cls.peer.url]},
                "sender.example": {"next_hop": [cls.sender.url]}}}))

    def setUp(self):
        self.peer.mails.clear()
        self.sender.mails.clear()

    def sent(self, *names, **options):
        return send(self.daemon.port(),
                    to=[f"{x}@stagepost.example" for x in names], **options)

    def report(self):
        until(self.sender.taken, 20, "a report arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.assertEqual(len(self.sender.taken()), 1)
        mail = self.sender.taken()[0]
        self.assertEqual(mail.sender, "")
        self.assertEqual(mail.recipients, ["from@sender.example"])
        mail.content.decode("ascii")
        parsed = email.message_from_bytes(mail.content,
                                          policy=email.policy.default)
        for part in parsed.walk():
            self.assertEqual(part.defects, [], part.get_content_type())
            for name, value in part.items():
                self.assertEqual(getattr(value, "defects", ()), (), name)
        self.assertEqual(parsed.get_content_type(), "multipart/report")
        self.assertEqual(parsed.get_param("report-type"), "delivery-status")
        self.assertEqual(
            [x.get_content_type() for x in parsed.iter_parts()],
            ["text/plain", "message/delivery-status", "text/rfc822-headers"])
        return parsed

    def fields(self, report):
        """Those of the message, then those of each recipient."""
        status = list(report.iter_parts())[1]
        return [dict(x.items()) for x in status.get_payload() if x.items()]

    def test_a_refused_recipient_is_reported(self):
        self.sent("unknown", content="Subject: invoice 17\r\n"
                  "X-Mark: original\r\n\r\nsecret body\r\n")
        report = self.report()
        message, recipient = self.fields(report)
        self.assertEqual(message["Reporting-MTA"],
                         "dns; mx.stagepost.example")
        self.assertIn("Arrival-Date", message)
        self.assertEqual(recipient["Final-Recipient"],
                         "rfc822; unknown@stagepost.example")
        self.assertEqual(recipient["Action"], "failed")
        self.assertEqual(recipient["Status"], "5.1.1")
        self.assertEqual(recipient["Diagnostic-Code"],
                         "smtp; 550 5.1.1 No such user here")
        self.assertTrue(recipient["Remote-MTA"].startswith("dns; "))
        text, _, headers = report.iter_parts()
        self.assertIn("unknown@stagepost.example", text.get_content())
        self.assertIn("No such user here", text.get_content())
        original = email.message_from_string(
            headers.get_payload(), policy=email.policy.default)
        self.assertEqual(original["Subject"], "invoice 17")
        self.assertEqual(original["X-Mark"], "original")
        self.assertNotIn("secret body", report.as_string())

    def test_the_report_is_a_proper_message(self):
        self.sent("unknown")
        report = self.report()
        self.assertEqual(report["To"].addresses[0].addr_spec,
                         "from@sender.example")
        self.assertEqual(report["From"].addresses[0].domain,
                         "mx.stagepost.example")
        self.assertIsNotNone(report["Date"].datetime)
        self.assertRegex(report["Message-ID"], r"^<[^<>@\s]+@[^<>@\s]+>$")
        self.assertRegex(report["Auto-Submitted"], "^auto-(replied|generated)")
        self.assertTrue(report["Subject"])
        self.assertEqual(report["MIME-Version"], "1.0")

    def test_refused_content_is_reported(self):
        self.sent("spam")
        recipient = self.fields(self.report())[1]
        self.assertEqual(recipient["Status"], "5.7.1")
        self.assertIn("554 5.7.1 Content refused",
                      recipient["Diagnostic-Code"])

    def test_a_reply_of_many_lines_is_quoted_whole(self):
        self.sent("verbose")
        report = self.report()
        text = next(report.iter_parts()).get_content()
        self.assertRegex(" ".join(text.split()), "This is.* a long.* story")

    def test_a_reply_without_enhanced_code_gets_a_status(self):
        self.sent("bare")
        self.assertRegex(self.fields(self.report())[1]["Status"],
                         r"^5\.\d+\.\d+$")

    def test_control_characters_of_the_remote_do_not_come_through(self):
        self.sent("strange")
        text = self.report().as_string()
        self.assertNotRegex(text, r"[^\x20-\x7e\r\n\t]")
        self.assertIn("bell", text)

    def test_all_that_fail_at_once_share_a_report(self):
        self.sent("unknown", "good", "verbose")
        report = self.report()
        self.assertEqual(
            [x["Final-Recipient"] for x in self.fields(report)[1:]],
            ["rfc822; unknown@stagepost.example",
             "rfc822; verbose@stagepost.example"])
        self.assertEqual(self.peer.taken()[0].recipients,
                         ["good@stagepost.example"])

    def test_mail_that_expires_is_reported(self):
        self.sent("never")
        recipient = self.fields(self.report())[1]
        self.assertEqual(recipient["Action"], "failed")
        self.assertRegex(recipient["Status"], r"^[45]\.\d+\.\d+$")
        self.assertIn("451 4.2.2 Mailbox full", recipient["Diagnostic-Code"])

    def test_content_deferred_until_it_expires_is_reported(self):
        self.sent("late")
        recipient = self.fields(self.report())[1]
        self.assertEqual(recipient["Action"], "failed")
        self.assertIn("Greylisted", recipient["Diagnostic-Code"])

    def test_mail_from_nobody_is_not_reported(self):
        number = self.sent("unknown", sender="")
        until(lambda: self.daemon.logged(f"queue bounced id={number}"), 10)
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.assertNotIn(f"about={number}", self.daemon.log())
        self.assertFalse(self.sender.taken())

    def test_a_report_that_fails_is_not_reported(self):
        self.sender.answers["RCPT"] = "550 5.1.1 The sender is unknown too"
        self.addCleanup(self.sender.answers.clear)
        number = self.sent("unknown")
        until(lambda: f"about={number}" in self.daemon.log(), 10)
        until(self.daemon.is_empty, 10, "the queue is empty")
        report = [x for x in self.daemon.log().splitlines()
                  if f"about={number}" in x][0].split("id=")[1].split()[0]
        self.assertTrue(self.daemon.logged(f"queue bounced id={report}"))
        self.assertNotIn(f"about={report}", self.daemon.log())
        self.assertFalse(self.sender.taken())


class WarnsOfDelays(SystemTest):
    def test_a_delay_is_told_and_mail_still_arrives(self):
        with Peer(answers={"RCPT": "451 4.2.1 Not now"}) as peer, \
                Peer() as sender, Daemon(delivery={
                    "retry": "1s", "warn_after": "1s", "domains": {
                        "stagepost.example": {"next_hop": [peer.url]},
                        "sender.example": {"next_hop": [sender.url]},
                    }}) as daemon:
            send(daemon.port())
            until(sender.taken, 15, "a delay is reported")
            report = email.message_from_bytes(
                sender.taken()[0].content, policy=email.policy.default)
            fields = list(report.iter_parts())[1].get_payload()[1]
            self.assertEqual(fields["Action"], "delayed")
            self.assertEqual(fields["Status"], "4.2.1")
            self.assertIn("Will-Retry-Until", fields)
            peer.answers.clear()
            until(peer.taken, 15, "mail arrives after all")
            until(daemon.is_empty, 10)
            self.assertEqual(len(sender.taken()), 1)


if __name__ == "__main__":
    unittest.main()
