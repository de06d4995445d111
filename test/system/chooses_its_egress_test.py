"""Clients that may say how their mail leaves."""

import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, plain, until

RULE = ("127.0.0.11", "mta.test.example")


class ChoosesItsEgress(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0", "auth": "optional",
                 "auth_without_tls": True},
                {"name": "office", "address": "127.0.0.1:0"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            auth=[{"type": "command", "run": ["/bin/true"]}],
            delivery={"next_hop": [cls.peer.url]},
            egress={"default_hostname": "out.stagepost.example",
                    "rules": [{"domain": "test.example", "ip": RULE[0],
                               "hostname": RULE[1]}],
                    "override": {"listeners": ["office"],
                                 "users": ["alice"]}}))

    def setUp(self):
        until(self.daemon.is_empty, 15, "the queue is empty")
        self.peer.answers.clear()
        self.peer.mails.clear()

    def client(self, listener="office", helo="client.example"):
        client = self.enterContext(Dialogue(self.daemon.port(listener)))
        client.reply()
        self.offered = client.say(f"EHLO {helo}")
        return client

    def post(self, client, sender="a@b.example", parameters=""):
        for line, code in ((f"MAIL FROM:<{sender}>{parameters}", "250"),
                           ("RCPT TO:<to@stagepost.example>", "250"),
                           ("DATA", "354"),
                           ("Subject: x\r\n\r\nHello\r\n.", "250")):
            answer = client.say(line)
            self.assertEqual(answer[:3], code, f"{line}: {answer}")

    def left_by(self, **how):
        """How one message left that is sent so."""
        self.peer.mails.clear()
        self.post(self.client(helo=how.pop("helo", "client.example")), **how)
        until(self.peer.taken, 15, "mail arrives")
        [mail] = self.peer.taken()
        self.assertIn(f"by {mail.helo} with ESMTP", mail.header("Received"))
        return mail.source, mail.helo

    def test_both_sides_or_one(self):
        chosen = " XEGRESS=127.0.0.21;chosen.example"
        self.assertEqual(self.left_by(parameters=chosen),
                         ("127.0.0.21", "chosen.example"))
        self.assertIn("XEGRESS", self.offered)
        # It comes before the rule for the sender.
        self.assertEqual(
            self.left_by(sender="a@test.example", parameters=chosen),
            ("127.0.0.21", "chosen.example"))
        self.assertEqual(
            self.left_by(sender="a@test.example",
                         parameters=" XEGRESS=;other.example"),
            (RULE[0], "other.example"))
        self.assertEqual(self.left_by(parameters=" XEGRESS=127.0.0.22;"),
                         ("127.0.0.22", "out.stagepost.example"))
        self.assertEqual(self.left_by(parameters=f" XEGRESS={RULE[0]};"), RULE)
        self.assertEqual(self.left_by(parameters=f" XEGRESS=;{RULE[1]}"), RULE)

    def test_ehlo_may_say_it(self):
        helo = "[egress:127.0.0.23/shaped.example]"
        self.assertEqual(self.left_by(helo=helo),
                         ("127.0.0.23", "shaped.example"))
        self.assertNotIn("egress", self.peer.taken()[0].header("Received"))
        self.assertEqual(
            self.left_by(helo=helo,
                         parameters=" XEGRESS=127.0.0.24;mail.example"),
            ("127.0.0.24", "mail.example"))

    def test_an_address_of_another_machine_is_refused_at_mail(self):
        client = self.client()
        for ip in "192.0.2.1", "0.0.0.0", "224.0.0.1", "255.255.255.255", \
                "2001:db8::1", "::":
            answer = client.say(f"MAIL FROM:<a@b.example> XEGRESS={ip};")
            self.assertEqual(answer[:9], "501 5.5.4", answer)
        shaped = self.client(helo="[egress:192.0.2.1/]")
        self.assertEqual(shaped.say("MAIL FROM:<a@b.example>")[:9],
                         "501 5.5.4")
        self.post(client)

    def test_others_have_no_say(self):
        client = self.client("mx", helo="[egress:127.0.0.23/shaped.example]")
        self.assertNotIn("XEGRESS", self.offered)
        self.assertEqual(
            client.say("MAIL FROM:<a@b.example> XEGRESS=127.0.0.21;")[:9],
            "555 5.5.4")
        self.post(client)
        until(self.peer.taken, 15, "mail arrives")
        self.assertEqual(self.peer.taken()[0].helo, "out.stagepost.example")

    def test_who_logged_in_may(self):
        client = self.client("mx")
        self.assertEqual(client.say("AUTH PLAIN " + plain("alice", "x"))[:3],
                         "235")
        self.assertIn("XEGRESS", client.say("EHLO client.example"))
        self.post(client, parameters=" XEGRESS=127.0.0.25;alice.example")
        until(self.peer.taken, 15, "mail arrives")
        [mail] = self.peer.taken()
        self.assertEqual((mail.source, mail.helo),
                         ("127.0.0.25", "alice.example"))
        other = self.client("mx")
        other.say("AUTH PLAIN " + plain("bob", "x"))
        self.assertNotIn("XEGRESS", other.say("EHLO client.example"))

    def test_the_choice_outlives_the_daemon(self):
        self.peer.answers["RCPT"] = lambda _, to: (
            "450 4.2.0 Later" if not self.peer.is_ready else None)
        self.peer.is_ready = False
        self.post(self.client(), parameters=" XEGRESS=127.0.0.26;kept.example")
        until(lambda: self.daemon.logged("queue deferred"), 15, "a deferral")
        self.daemon.kill9()
        self.daemon.start()
        self.peer.is_ready = True
        until(self.peer.taken, 30, "mail arrives")
        [mail] = self.peer.taken()
        self.assertEqual((mail.source, mail.helo),
                         ("127.0.0.26", "kept.example"))

    def test_a_report_leaves_as_the_message_did(self):
        self.peer.answers["RCPT"] = lambda connection, _: (
            "550 5.1.1 No such user" if connection.sender else None)
        self.post(self.client(), parameters=" XEGRESS=127.0.0.27;own.example")
        until(self.peer.taken, 15, "the report")
        [report] = self.peer.taken()
        self.assertEqual((report.sender, report.source, report.helo),
                         ("", "127.0.0.27", "own.example"))
        self.assertIn(b"Reporting-MTA: dns; own.example\r\n", report.content)


if __name__ == "__main__":
    unittest.main()
