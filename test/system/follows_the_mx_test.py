"""Mail goes where the DNS says."""

import unittest

from stagepost import Daemon, Peer, SystemTest, Zone, free_port, send, until

RECORDS = """
best            MX 20 host3
best            MX 10 host2
reverse         MX 10 host3
reverse         MX 20 host2
first-dead      MX 10 dead
first-dead      MX 20 host2
first-busy      MX 10 busy
first-busy      MX 20 host3
no-mx           A 127.0.0.2
six             MX 10 host6
two-addresses   MX 10 twice
null            MX 0 .
no-address      MX 10 nowhere
all-dead        MX 10 dead
moody           MX 10 moody-host
same-1          MX 10 host2
same-2          MX 10 host2
four-first      MX 10 both
six-first       MX 10 both
only-four       MX 10 both-dead
only-six        MX 10 host2
both            A 127.0.0.2
both            AAAA ::1
both-dead       A 127.0.0.9
both-dead       AAAA ::1
dead            A 127.0.0.9
host2           A 127.0.0.2
host3           A 127.0.0.3
busy            A 127.0.0.4
moody-host      A 127.0.0.5
host6           AAAA ::1
twice           A 127.0.0.9
twice           AAAA ::1
nowhere         TXT "no address"
"""

ZONE = "stagepost.example"


class FollowsTheMx(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.zone = cls.enterClassContext(Zone(RECORDS, ZONE))
        port = free_port()

        def peer(host, **options):
            return cls.enterClassContext(Peer(host, port, **options))

        cls.host2 = peer("127.0.0.2")
        cls.host3 = peer("127.0.0.3")
        cls.busy = peer("127.0.0.4", answers={"CONNECT": "421 4.3.2 Busy"})
        cls.moody = peer("127.0.0.5")
        cls.host6 = peer("::1")
        # Where reports go: the sender's domain.
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            dns={"servers": [cls.zone.server]},
            delivery={"port": port, "retry": "1s*3,1h", "domains": {
                f"four-first.{ZONE}": {"prefer": "ipv4"},
                f"six-first.{ZONE}": {"prefer": "ipv6"},
                f"only-four.{ZONE}": {"prefer": "ipv4_only"},
                f"only-six.{ZONE}": {"prefer": "ipv6_only"},
                "sender.example": {"next_hop": [cls.sender.url]}}}))

    def setUp(self):
        for peer in (self.host2, self.host3, self.host6, self.moody,
                     self.sender):
            peer.mails.clear()
        self.moody.answers.clear()

    def sent(self, domain):
        return send(self.daemon.port(), to=f"to@{domain}.{ZONE}")

    def arrives(self, domain, peer):
        self.sent(domain)
        until(peer.taken, 20, f"mail to {domain} arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.assertEqual(peer.taken()[0].recipients, [f"to@{domain}.{ZONE}"])
        self.assertEqual(len(peer.taken()), 1)

    def reported(self, domain, words, status):
        self.sent(domain)
        until(self.sender.taken, 20, f"a report about {domain} arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        report = self.sender.taken()[0]
        self.assertEqual(report.sender, "")
        self.assertEqual(report.recipients, ["from@sender.example"])
        text = report.content.decode()
        self.assertIn(f"to@{domain}.{ZONE}", text)
        self.assertRegex(text, words)
        self.assertIn(f"Status: {status}", text)

    def deferred(self, domain):
        number = self.sent(domain)
        until(lambda: self.daemon.logged(f"queue deferred id={number}"), 20)
        to = until(lambda: self.daemon.recipients()[f"to@{domain}.{ZONE}"])
        self.daemon.cli("queue", "delete", number)
        return to

    def test_the_lowest_preference_comes_first(self):
        self.arrives("best", self.host2)
        self.assertFalse(self.host3.taken())

    def test_each_domain_has_its_own_order_of_the_same_hosts(self):
        for domain, peer, other in (("best", self.host2, self.host3),
                                    ("reverse", self.host3, self.host2)) * 2:
            self.setUp()
            self.arrives(domain, peer)
            self.assertFalse(other.taken())

    def test_a_dead_host_is_followed_by_the_next(self):
        self.arrives("first-dead", self.host2)

    def test_a_host_that_answers_421_is_followed_by_the_next(self):
        self.arrives("first-busy", self.host3)

    def test_a_domain_without_mx_is_its_own_host(self):
        self.arrives("no-mx", self.host2)

    def test_mail_goes_over_ipv6(self):
        self.arrives("six", self.host6)

    def test_a_host_is_tried_at_all_its_addresses(self):
        self.arrives("two-addresses", self.host6)

    def test_the_preferred_kind_of_address_comes_first(self):
        self.arrives("four-first", self.host2)
        self.assertFalse(self.host6.taken())
        self.host2.mails.clear()
        self.arrives("six-first", self.host6)
        self.assertFalse(self.host2.taken())

    def test_the_other_kind_can_be_left_out(self):
        self.assertIn("127.0.0.9", self.deferred("only-four")["last_reply"])
        self.assertFalse(self.host6.taken())
        self.assertIn("not of the kind wanted",
                      self.deferred("only-six")["last_reply"])

    def test_a_null_mx_is_reported_at_once(self):
        self.reported("null", "takes no mail", "5.1.10")

    def test_a_domain_that_does_not_exist_is_reported_at_once(self):
        self.reported("missing", "does not exist", "5.1.2")

    def test_a_host_without_address_is_reported_at_once(self):
        self.reported("no-address", "has an address", "5.4.4")

    def test_dead_hosts_alone_defer(self):
        to = self.deferred("all-dead")
        self.assertEqual(to["state"], "deferred")
        self.assertIn("refused", to["last_reply"])

    def test_a_host_may_defer_then_take_then_refuse(self):
        self.moody.answers["RCPT"] = ["451 4.2.1 Not now", "250 2.1.5 Now",
                                      "550 5.1.1 Never again"]
        number = self.sent("moody")
        until(lambda: self.daemon.logged(f"queue deferred id={number}"), 10)
        until(self.moody.taken, 15, "the second attempt succeeds")
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.reported("moody", "550 5.1.1 Never again", "5.1.1")

    def test_three_messages_find_451_550_and_250(self):
        self.moody.answers["CONTENT"] = [
            "451 4.3.0 Try again", "550 5.7.1 Not this", "250 2.0.0 Taken"]
        first = self.sent("moody")
        until(lambda: self.daemon.logged(f"queue deferred id={first}"), 10)
        # The first one is tried again and gets the 550.
        until(self.sender.taken, 15, "a report arrives")
        self.assertIn("550 5.7.1 Not this",
                      self.sender.taken()[0].content.decode())
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.arrives("moody", self.moody)

    def test_domains_of_the_same_host_share_a_connection(self):
        before = self.host2.connections
        self.sent("same-1")
        until(lambda: len(self.host2.taken()) == 1, 10)
        self.sent("same-2")
        until(lambda: len(self.host2.taken()) == 2, 10)
        self.assertLessEqual(self.host2.connections - before, 1)

    def test_an_address_literal_needs_no_dns(self):
        send(self.daemon.port(), to="to@[127.0.0.3]")
        until(self.host3.taken, 15, "mail arrives")


class WithoutNameServer(SystemTest):
    def test_a_name_server_that_is_dead_defers(self):
        with Daemon(delivery={"retry": "1h"}) as daemon:
            send(daemon.port(), to=f"to@best.{ZONE}")
            to = until(lambda: [x for x in daemon.recipients().values()
                                if x["attempts"]], 60)[0]
            self.assertEqual(to["state"], "deferred")
            self.assertIn("4.4.3", to["last_reply"])


if __name__ == "__main__":
    unittest.main()
