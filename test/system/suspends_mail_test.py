"""What an administrator suspends waits, and nothing else does."""

import json
import re
import unittest

from stagepost import Daemon, Peer, SystemTest, run, send, until


class SuspendsMail(SystemTest):
    def setUp(self):
        self.peer = self.enterContext(Peer())
        self.other = self.enterContext(Peer())
        self.daemon = self.enterContext(Daemon(
            delivery={"retry": "1s", "expire": "5d", "domains": {
                "one.example": {"next_hop": [self.peer.url]},
                "two.example": {"next_hop": [self.other.url]},
                "sender.example": {"next_hop": [self.other.url]}}}))
        self.daemon.has_read()

    def queue(self, *arguments, status=0):
        return self.daemon.cli("queue", *arguments, status=status)

    def send(self, to, **options):
        return send(self.daemon.port(), to=to, **options)

    def held_up(self, n):
        until(lambda: sum(
            x["suspended"] for x in json.loads(
                self.daemon.ask("/status/detail")[1])["shards"]) == n, 20,
            f"{n} recipients are held up")

    def recipients(self, peer):
        return [x for mail in peer.taken() for x in mail.recipients]

    def test_a_domain_waits_through_a_restart_until_it_is_resumed(self):
        self.queue("suspend", "--domain", "One.Example", "--reason",
                   "they move house")
        message = self.send(["a@one.example", "b@two.example"])
        until(self.other.taken, 20, "the other domain gets its mail")
        self.held_up(1)
        shown = self.queue("show", message)
        self.assertIn("suspended is domain one.example: they move house",
                      shown)
        self.assertIn("suspended is domain one.example",
                      self.queue("list"))
        self.daemon.kill9()
        self.daemon.start_and_read()
        self.held_up(1)
        self.assertEqual(self.peer.taken(), [])
        self.assertIn("domain one.example  since ", self.queue("suspended"))
        self.assertEqual(self.queue("resume", "--domain", "one.example"),
                         "resumed; 1 recipient let go\n")
        until(self.peer.taken, 20, "it arrives")
        self.assertEqual(self.recipients(self.peer), ["a@one.example"])
        self.assertEqual(self.recipients(self.other), ["b@two.example"])
        self.daemon.stop()
        self.daemon.start_and_read()
        self.assertEqual(self.queue("suspended"), "nothing is suspended\n")

    def test_what_is_to_be_retried_is_due_after_a_restart_as_well(self):
        self.peer.answers["RCPT"] = ["451 4.2.1 Not now", "250 2.1.5 Ok"]
        self.daemon.edit(lambda x: x["delivery"].update(retry="1h"))
        self.daemon.hang_up()
        message = self.send(["a@one.example"])
        until(lambda: self.daemon.logged("queue deferred"), 20)
        self.queue("suspend", "--domain", "one.example")
        self.assertEqual(self.queue("retry", message),
                         "1 recipient is due now\n")
        self.assertIn("451 4.2.1 Not now", self.queue("show", message))
        self.daemon.kill9()
        self.daemon.start_and_read()
        self.held_up(1)
        self.queue("resume", "--domain", "one.example")
        until(self.peer.taken, 20, "it arrives")

    def test_a_sender_waits(self):
        self.queue("suspend", "--sender", "@bulk.example")
        self.queue("suspend", "--sender", "anna@sender.example")
        self.send("a@one.example", sender="news@BULK.example")
        self.send("b@one.example", sender="Anna@sender.example")
        self.send("c@one.example", sender="eva@sender.example")
        until(self.peer.taken, 20)
        self.held_up(2)
        self.assertEqual(self.recipients(self.peer), ["c@one.example"])
        listed = json.loads(self.queue("suspended", "--json"))["suspensions"]
        self.assertEqual({(x["what"], x["name"]) for x in listed}, {
            ("sender", "@bulk.example"), ("sender", "anna@sender.example")})
        self.queue("resume", "--sender", "@bulk.example")
        until(lambda: len(self.peer.taken()) == 2, 20)

    def test_a_site_waits_for_all_its_domains(self):
        self.daemon.edit(lambda x: x["delivery"].update(
            next_hop=[self.peer.url], domains={}))
        self.daemon.hang_up()
        self.peer.answers["RCPT"] = "451 4.3.0 Later"
        message = self.send("a@one.example")
        site = until(lambda: json.loads(self.queue(
            "show", message, "--json"))["recipients"][0].get("site"), 20)
        self.assertIn(f"\nsite: {site}\n", self.daemon.cli(
            "explain", "from@sender.example", "a@one.example"))
        self.queue("suspend", "--site", site)
        self.peer.answers.clear()
        self.send("b@two.example")
        self.held_up(2)
        self.assertEqual(self.peer.taken(), [])
        detail = json.loads(self.daemon.ask("/status/detail")[1])
        self.assertEqual({x["site"]: x["state"]
                          for x in detail["destinations"]},
                         {site: "suspended"})
        self.queue("resume", "--site", site)
        until(lambda: len(self.peer.taken()) == 2, 20, "both arrive")

    def test_explain_names_the_site_of_what_waits_for_its_time(self):
        self.daemon.edit(lambda x: x["delivery"].update(retry="1h"))
        self.daemon.hang_up()
        self.peer.answers["RCPT"] = "451 4.3.0 Later"
        message = self.send("a@one.example")
        until(lambda: self.daemon.logged(f"queue deferred id={message}"), 20)
        said = self.daemon.cli("explain", "from@sender.example",
                               "a@one.example")
        site = re.search("^site: (.*)$", said, re.M)[1]
        self.peer.answers.clear()
        self.queue("suspend", "--site", site)
        self.queue("retry", message)
        self.held_up(1)
        self.queue("resume", "--site", site)
        until(self.peer.taken, 20, "it arrives")

    def test_a_suspension_ends_by_itself(self):
        self.queue("suspend", "--domain", "one.example", "--for", "2s")
        self.send("a@one.example")
        until(self.peer.taken, 20, "it arrives")
        self.assertEqual(self.queue("suspended"), "nothing is suspended\n")
        self.assertEqual(len(self.daemon.logged("queue resumed")), 1)

    def test_time_to_live_goes_on(self):
        self.daemon.edit(lambda x: x["delivery"].update(expire="3s"))
        self.daemon.hang_up()
        self.queue("suspend", "--domain", "one.example", "--reason", "a test")
        message = self.send("a@one.example")
        until(self.other.taken, 20, "the report arrives")
        report = self.other.taken()[0]
        self.assertEqual(report.recipients, ["from@sender.example"])
        self.assertIn(b"suspended: domain one.example: a test",
                      report.content.replace(b"\r\n ", b" "))
        self.assertIn(b"It has not been tried", report.content)
        self.assertNotIn(b"Last-Attempt-Date", report.content)
        self.assertEqual(self.peer.commands, [])
        events = json.loads(self.queue("show", message, "--json"))["events"]
        self.assertEqual([x["event"] for x in events],
                         ["accepted", "expired"])

    def test_orders_work_on_what_is_suspended(self):
        self.queue("suspend", "--domain", "one.example")
        self.send("a@one.example")
        self.held_up(1)
        self.assertIn("1 recipient is redirected", self.queue(
            "redirect", "--domain", "one.example", "--to", "@two.example"))
        until(self.other.taken, 20, "it arrives elsewhere")
        self.held_up(0)

    def test_what_makes_no_sense_is_refused(self):
        self.assertIn("is not suspended", self.queue(
            "resume", "--domain", "one.example", status=1))
        for arguments in (["suspend"], ["suspend", "--domain", "a.example",
                                        "--sender", "b@c.example"]):
            done = run("queue", *arguments, "--socket", self.daemon.socket)
            self.assertEqual(done.returncode, 64, arguments)
        for arguments, why in (
                (["--domain", "a b"], '"domain" must be one'),
                (["--sender", "nobody"], '"sender" must be an address')):
            self.assertIn(why, self.queue("suspend", *arguments, status=1))
        self.assertEqual(self.queue("suspended"), "nothing is suspended\n")


if __name__ == "__main__":
    unittest.main()
