"""Why mail goes where it goes, and where it went."""

import json
import unittest

from stagepost import (Daemon, Peer, SystemTest, Zone, hashed, run, send,
                       until)

RECORDS = """
@               MX 10 host2
@               MX 5 host1
host1           A 127.0.0.2
host2           A 127.0.0.3
null            MX 0 .
bare            MX 10 nowhere
"""


class ExplainsItself(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.zone = cls.enterClassContext(Zone(RECORDS))
        cls.peer = cls.enterClassContext(Peer(answers={
            "RCPT": ["451 4.2.1 Come back", "250 2.1.5 Fine"]}))
        cls.daemon = cls.enterClassContext(Daemon(
            dns={"servers": [cls.zone.server]},
            auth=[{"type": "users", "users": {"anna": hashed("x")}}],
            outlets={"relay": {"type": "queue"},
                     "nowhere": {"type": "discard"}},
            routes=[
                {"client": "192.0.2.0/24", "to": "reject",
                 "reply": "550 5.7.1 Not from there"},
                {"authenticated": "anna", "to": "nowhere"},
                {"recipient": "@stagepost.example", "to": "relay"},
                {"recipient": "@peer.example", "to": "relay"},
                {"recipient": "@null.stagepost.example", "to": "relay"},
                {"recipient": "@bare.stagepost.example", "to": "relay"}],
            egress={"rules": [{"domain": "lost.example", "ip": "192.0.2.77",
                               "hostname": "lost.example"},
                              {"domain": "six.example", "ip": "::1",
                               "hostname": "six.example"}]},
            delivery={"retry": "1s", "domains": {
                "peer.example": {"next_hop": [cls.peer.url],
                                 "connections": 3}}}))
        cls.daemon.has_read()

    def explain(self, *arguments, status=0):
        return self.daemon.cli("explain", *arguments, status=status)

    def page(self, *arguments):
        return json.loads(self.explain(*arguments, "--json"))

    def test_every_route_tells_why_it_is_not_meant(self):
        page = self.page("a@b.example", "c@stagepost.example")
        self.assertEqual([x["matched"] for x in page["routes"]],
                         [False, False, True, None, None, None])
        self.assertEqual([x["why"] for x in page["routes"]], [
            "its networks do not hold 127.0.0.1",
            "it is for anna, and nobody logged in",
            "all is met: recipient @stagepost.example",
            "an earlier one decided", "an earlier one decided",
            "an earlier one decided"])
        self.assertEqual(page["outcome"], {"outlet": "relay",
                                           "type": "queue"})

    def test_what_is_known_of_the_client_counts(self):
        page = self.page("a@b.example", "c@stagepost.example",
                         "--client", "192.0.2.9")
        self.assertEqual(page["outcome"],
                         {"reply": "550 5.7.1 Not from there"})
        page = self.page("<>", "c@stagepost.example", "--user", "anna",
                         "--listener", "mx")
        self.assertEqual(page["outcome"]["outlet"], "nowhere")
        self.assertNotIn("delivery", page)
        text = self.explain("a@b.example", "c@elsewhere.example")
        self.assertIn("refused: 550 5.7.1 Relaying denied", text)

    def test_the_next_hops_come_from_the_dns_of_this_moment(self):
        to = self.page("a@b.example", "c@stagepost.example")["delivery"]
        self.assertEqual(
            [(x["preference"], x["host"], x["addresses"])
             for x in to["next_hops"]],
            [(5, "host1.stagepost.example", ["127.0.0.2"]),
             (10, "host2.stagepost.example", ["127.0.0.3"])])
        self.assertEqual(to["settings"], "the defaults")
        self.assertEqual(to["tls"], "opportunistic")
        said = self.explain("a@b.example", "c@null.stagepost.example")
        self.assertIn("the domain says that it takes no mail", said)
        self.assertIn("it would fail: 556 5.1.10 ", said)

    def test_hosts_without_an_address_are_told_as_a_delivery_would(self):
        said = self.explain("a@b.example", "c@bare.stagepost.example")
        self.assertIn(
            "it would fail: 550 5.4.4 No mail host of the domain has an "
            "address (nowhere.stagepost.example)", said)

    def test_a_lost_egress_address_is_told(self):
        said = self.explain("a@lost.example", "c@peer.example")
        self.assertIn("leaves from 192.0.2.77 as lost.example, which is not "
                      "this machine's now", said)

    def test_addresses_of_the_wrong_family_are_told(self):
        said = self.explain("a@six.example", "c@stagepost.example")
        self.assertIn("leaves from ::1 as six.example\n"
                      "  none of which reaches host1.stagepost.example: ", said)
        said = self.explain("a@b.example", "c@stagepost.example")
        self.assertNotIn("reaches", said)

    def test_a_domain_shows_its_settings_and_that_it_is_suspended(self):
        self.daemon.cli("queue", "suspend", "--domain", "peer.example")
        self.addCleanup(self.daemon.cli, "queue", "resume", "--domain",
                        "peer.example")
        to = self.page("a@b.example", "c@peer.example")["delivery"]
        self.assertEqual(to["settings"], "delivery.domains.peer.example")
        self.assertEqual(to["connections"], 3)
        self.assertEqual(to["next_hops"][0]["port"], self.peer.port)
        self.assertEqual(to["suspended"], "domain peer.example")

    def test_a_file_is_enough_where_no_daemon_runs(self):
        with Daemon() as other:
            config = other.config
            other.stop()
            done = run("explain", "a@b.example", "c@d.example", "--config",
                       config)
            self.assertEqual(done.returncode, 0, done.stderr)
            self.assertIn("goes to outlet relay", done.stdout)
            self.assertIn("note: no daemon answers", done.stdout)

    def test_what_makes_no_sense_is_refused(self):
        for arguments, why in (
                (["a@b.example", "nobody@"], "is no address"),
                (["a@b.example", "c@d.example", "--listener", "status"],
                 "there is no listener `status`")):
            self.assertIn(why, self.explain(*arguments, status=1))
        for arguments in ([], ["a@b.example"],
                          ["a@b.example", "--id", "x"]):
            done = run("explain", *arguments, "--socket", self.daemon.socket)
            self.assertEqual(done.returncode, 64, arguments)

    def test_the_story_of_a_message_has_each_step(self):
        message = send(self.daemon.port(), to="c@peer.example")
        until(self.peer.taken, 20, "it arrives")
        until(self.daemon.is_empty, 10)
        story = self.explain("--id", message)
        steps = [x.split("  ")[1] for x in story.splitlines()
                 if x[:4].isdigit()]
        self.assertEqual(steps, ["accepted", "deferred", "delivered"])
        self.assertIn("451 4.2.1 Come back", story)
        self.assertIn(f"[127.0.0.1]:{self.peer.port}, in clear", story)
        self.assertIn("it is not in the queue any more", story)


if __name__ == "__main__":
    unittest.main()
