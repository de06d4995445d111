"""The HTTP outlet: mail becomes a POST, and the platform's answer the reply."""

import json
import re
import threading
import time
import unittest
from email.message import EmailMessage

from authority import Authority
from http_platform import EARLY, HALF, HANG, HttpPlatform
from stagepost import Daemon, Dialogue, Folder, SystemTest, free_port, until

PICTURE = bytes(range(256)) * 300


def letter():
    mail = EmailMessage()
    mail["From"] = "Zoë <zoe@sender.example>"
    mail["To"] = "jobs@jobs.example"
    mail["Subject"] = "Drück das"
    mail["Message-ID"] = "<one@sender.example>"
    mail.set_content("Grüße\n", cte="quoted-printable")
    mail.add_alternative("<p>Grüße</p>\n", subtype="html")
    mail.add_attachment(PICTURE, maintype="image", subtype="png",
                        filename="Bild ä.png")
    mail.add_attachment(b"%PDF-1.7\r\n\0", maintype="application",
                        subtype="pdf", filename="plan.pdf")
    return mail.as_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def say_mail(client, octets, *recipients, sender="zoe@sender.example"):
    """Returns the reply to the mail's end."""
    client.say("RSET")
    client.say(f"MAIL FROM:<{sender}>")
    for one in recipients:
        reply = client.say(f"RCPT TO:<{one}>")
        assert reply.startswith("250"), reply
    client.say("DATA")
    client.write(octets.replace(b"\r\n.", b"\r\n..") + b".\r\n")
    return client.reply()


SMALL = b"Subject: small\r\n\r\nHello\r\n"


class PostsToPlatforms(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        authority = Authority(cls.folder)
        right = authority.issue("platform.example")
        cls.platform = cls.enterClassContext(HttpPlatform())
        cls.secure = cls.enterClassContext(HttpPlatform(right))

        def outlet(url, **more):
            return {"type": "http", "url": url, **more}

        trusting = {"authority": str(authority.certificate)}
        plain = cls.platform.url
        cls.daemon = cls.enterClassContext(Daemon(
            dns={"hosts": {"platform.example": "127.0.0.1",
                           "other.example": "127.0.0.1"}},
            outlets={
                "jobs": outlet(plain(path="/jobs?x=1"), raw=True,
                               secret="printer's secret",
                               headers={"Authorization": "Bearer 17"}),
                "each": outlet(plain(), per="recipient"),
                "hasty": outlet(plain(), timeout="1s"),
                "secure": outlet(cls.secure.url("platform.example"),
                                 **trusting),
                "misnamed": outlet(cls.secure.url("other.example"),
                                   **trusting),
                "distrustful": outlet(cls.secure.url("platform.example")),
                "nobody": outlet(f"http://127.0.0.1:{free_port()}/")},
            routes=[{"recipient": f"@{x}.example", "to": x}
                    for x in ("jobs", "each", "hasty", "secure", "misnamed",
                              "distrustful", "nobody")]))

    def setUp(self):
        self.platform.forget()
        self.secure.forget()
        self.client = self.enterContext(Dialogue(self.daemon.port(), 60))
        self.client.reply()
        self.client.say("EHLO client.example")

    def mail(self, *recipients, octets=SMALL):
        return say_mail(self.client, octets, *recipients)

    def test_all_of_a_mail_arrives(self):
        sent = letter()
        self.platform.answer = 201, {"message": "Job 17 is printing"}
        self.assertEqual(self.mail("a@jobs.example", "b@jobs.example",
                                   octets=sent)[:28],
                         "250 2.0.0 Job 17 is printing")
        post, = self.platform.posts
        self.assertEqual(post.path, "/jobs?x=1")
        self.assertEqual(post.headers["Authorization"], "Bearer 17")
        self.assertEqual(post.headers["User-Agent"], "Stagepost")
        told = post.message
        self.assertEqual(told["envelope"],
                         {"sender": "zoe@sender.example",
                          "recipients": ["a@jobs.example", "b@jobs.example"]})
        self.assertEqual(told["subject"], "Drück das")
        self.assertEqual(told["message_id"], "one@sender.example")
        self.assertEqual(told["client"]["ip"], "127.0.0.1")
        self.assertEqual(told["client"]["ehlo"], "client.example")
        self.assertEqual(told["listener"], "mx")
        self.assertEqual(post.headers["Idempotency-Key"], told["id"])
        self.assertEqual([(x["name"], x["type"], x["size"])
                          for x in told["attachments"]],
                         [("Bild ä.png", "image/png", len(PICTURE)),
                          ("plan.pdf", "application/pdf", 11)])
        self.assertEqual(post.octets("text").decode().strip(), "Grüße")
        self.assertEqual(post.octets("html").decode().strip(),
                         "<p>Grüße</p>")
        self.assertEqual(post.octets("attachment-1"), PICTURE)
        self.assertEqual(post.name("attachment-1"), "Bild ä.png")
        self.assertEqual(post.type("attachment-1"), "image/png")
        self.assertEqual(post.octets("attachment-2"), b"%PDF-1.7\r\n\0")
        self.assertTrue(post.raw.endswith(sent))
        self.assertTrue(post.is_signed(b"printer's secret"))
        self.assertFalse(post.is_signed(b"another"))

    def test_a_large_mail_arrives_whole(self):
        mail = EmailMessage()
        mail["Subject"] = "large"
        mail.set_content("see below")
        large = PICTURE * 130  # 10 MB
        mail.add_attachment(large, maintype="application",
                            subtype="octet-stream", filename="large")
        octets = mail.as_bytes().replace(b"\n", b"\r\n")
        self.assertRegex(self.mail("a@jobs.example", octets=octets), "^250 ")
        post, = self.platform.posts
        self.assertEqual(post.octets("attachment-1"), large)
        self.assertTrue(post.is_signed(b"printer's secret"))

    def test_a_refusal_is_heard(self):
        self.platform.answer = 422, {"message": "No credit\r\n250 left"}
        self.assertEqual(self.mail("a@jobs.example"),
                         "550 5.7.1 No credit 250 left")
        self.platform.answer = 403, "Not you\nnor others"
        self.assertEqual(self.mail("a@jobs.example"), "550 5.7.1 Not you")
        self.platform.answer = 200, {"status": "rejected", "message": "No"}
        self.assertEqual(self.mail("a@jobs.example"), "550 5.7.1 No")

    def test_a_failure_is_told(self):
        table = {
            "it answered 500: Oops": (500, "Oops"),
            "it answered 503": (503, {}),
            "it answered 429": (429, ""),
            "it answered 302": (302, "", [("Location", "/elsewhere")]),
            "the connection ended amid the answer": HALF,
        }
        for text, answer in table.items():
            with self.subTest(text):
                self.platform.forget()
                self.platform.answer = answer
                self.assertEqual(self.mail("a@jobs.example"),
                                 f"451 4.4.1 The platform failed: {text}")
                self.assertEqual(len(self.platform.posts), 1)
                self.platform.answer = 204, ""  # keeps the breaker closed
                self.assertRegex(self.mail("a@jobs.example"), "^250 ")

    def test_a_platform_that_hangs_is_left(self):
        self.platform.answer = HANG
        begin = time.monotonic()
        self.assertEqual(
            self.mail("a@hasty.example"),
            "451 4.4.1 The platform failed: no answer within 1 s")
        self.assertLess(time.monotonic() - begin, 10)

    def test_an_early_refusal_is_heard(self):
        self.platform.answer = EARLY
        octets = b"Subject: x\r\n\r\n" + b"x" * 70 + b"\r\n"
        self.assertEqual(
            self.mail("a@jobs.example", octets=octets + octets[14:] * 100_000),
            "550 5.7.1 Too large for us")

    def test_nobody_there_is_told(self):
        self.assertEqual(
            self.mail("a@nobody.example"),
            "451 4.4.1 The platform failed: can't connect: Connection refused")

    def test_connections_are_kept(self):
        self.mail("a@jobs.example")
        for _ in range(5):
            self.mail("a@jobs.example")
        numbers = {x.connection for x in self.platform.posts}
        self.assertEqual(len(numbers), 1, numbers)

    def test_recipients_can_be_posted_one_by_one(self):
        self.platform.answer = lambda post: (
            (422, "No") if "b@each.example" in post.message["envelope"][
                "recipients"] else (204, ""))
        self.mail("a@each.example", "b@each.example", "c@each.example")
        self.assertEqual([x.message["envelope"]["recipients"]
                          for x in self.platform.posts],
                         [["a@each.example"], ["b@each.example"],
                          ["c@each.example"]])
        keys = [x.headers["Idempotency-Key"] for x in self.platform.posts]
        identity = self.platform.posts[0].message["id"]
        self.assertEqual(keys, [f"{identity}-{n}" for n in (1, 2, 3)])

    def test_certificates_are_verified(self):
        self.assertRegex(self.mail("a@secure.example"), "^250 ")
        self.assertEqual(len(self.secure.posts), 1)
        self.assertEqual(
            self.mail("a@misnamed.example"),
            "451 4.4.1 The platform failed: TLS failed: hostname mismatch")
        self.assertRegex(
            self.mail("a@distrustful.example"),
            "^451 4.4.1 The platform failed: TLS failed: unable to get ")
        self.assertEqual(len(self.secure.posts), 1)

    def test_the_log_and_the_figures_tell_of_it(self):
        self.platform.answer = 418, "I'm a teapot"
        self.mail("a@jobs.example")
        line = self.daemon.logged("outlet answered")[-1]
        for field in ("outlet=jobs", "status=418", "recipients=1"):
            self.assertIn(field, line)
        self.assertNotIn("printer's secret", self.daemon.log())
        jobs = {x["outlet"]: x for x in json.loads(
            self.daemon.ask("/status/detail")[1])["outlets"]}["jobs"]
        self.assertEqual((jobs["state"], jobs["waiting"], jobs["working"]),
                         ("up", 0, 0))
        self.assertGreater(jobs["rejected"], 0)
        self.assertGreater(jobs["connections"], 0)
        metrics = self.daemon.metrics()
        self.assertEqual(
            metrics['stagepost_outlet_verdicts_total'
                    '{outlet="jobs",verdict="rejected"}'], jobs["rejected"])
        self.assertEqual(metrics['stagepost_outlet_down{outlet="jobs"}'], 0)
        self.assertTrue(any(re.fullmatch("outlets/jobs/uploader-[0-9]+", x)
                            for x in self.daemon.actors()))


class SparesPlatforms(SystemTest):
    """What happens when there is more than a platform can take."""

    def enter(self, **settings):
        self.platform = self.enterContext(HttpPlatform())
        self.daemon = self.enterContext(Daemon(
            outlets={"jobs": {"type": "http", "url": self.platform.url(),
                              **settings}},
            routes=[{"to": "jobs"}]))

    def client(self):
        client = self.enterContext(Dialogue(self.daemon.port(), 60))
        client.reply()
        client.say("EHLO client.example")
        return client

    def figures(self):
        return json.loads(
            self.daemon.ask("/status/detail")[1])["outlets"][0]

    def test_a_platform_that_is_down_is_spared_and_probed(self):
        self.enter()
        client = self.client()
        self.platform.answer = 503, "Closed"
        for _ in range(5):
            self.assertRegex(say_mail(client, SMALL, "a@jobs.example"),
                             "it answered 503: Closed$")
        self.assertEqual(
            say_mail(client, SMALL, "a@jobs.example"),
            "451 4.4.1 The platform is down, try again later")
        self.assertEqual(len(self.platform.posts), 5)
        self.assertEqual(self.figures()["state"], "down")
        self.assertTrue(self.daemon.logged("outlet platform is down"))
        self.platform.answer = 204, ""
        until(lambda: say_mail(client, SMALL, "a@jobs.example").startswith(
            "250 "), 30, "the probe goes")
        self.assertEqual(len(self.platform.posts), 6)
        self.assertEqual(self.figures()["state"], "up")
        self.assertTrue(self.daemon.logged("outlet platform is up again"))

    def test_no_more_wait_than_may(self):
        self.enter(workers=2, waiting=1)
        gate = threading.Event()

        def hold(_):
            gate.wait(30)
            return 204, ""

        self.platform.answer = hold
        replies = []
        crowd = [threading.Thread(target=lambda: replies.append(
            say_mail(self.client(), SMALL, "a@jobs.example")))
            for _ in range(3)]
        for one in crowd:
            one.start()
        until(lambda: len(self.platform.posts) == 2
              and self.figures()["waiting"] == 1, 20, "one waits")
        self.assertEqual(self.figures()["working"], 2)
        self.assertEqual(say_mail(self.client(), SMALL, "a@jobs.example"),
                         "451 4.3.2 Too much waits, try again later")
        gate.set()
        for one in crowd:
            one.join(30)
        self.assertEqual([x[:4] for x in replies], ["250 "] * 3)

    def test_what_is_posted_while_it_stops_is_answered(self):
        self.enter()

        def hold(_):
            self.platform.begun.set()
            time.sleep(1)  # how long this platform takes
            return 204, ""

        self.platform.begun = threading.Event()
        self.platform.answer = hold
        replies = []
        client = self.client()
        posting = threading.Thread(target=lambda: replies.append(
            say_mail(client, SMALL, "a@jobs.example")))
        posting.start()
        self.assertTrue(self.platform.begun.wait(20))
        self.daemon.stop()
        posting.join(20)
        self.assertRegex(replies[0], "^250 ")


if __name__ == "__main__":
    unittest.main()
