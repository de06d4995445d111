"""Mail that would come back to us does not leave."""

import unittest

from stagepost import Daemon, Peer, SystemTest, Zone, free_port, send, until

RECORDS = """
by-name         MX 10 mx.stagepost.example.
by-name         MX 20 host2
before-us       MX 10 host2
before-us       MX 20 mx.stagepost.example.
before-us       MX 20 host3
dead-before-us  MX 10 dead
dead-before-us  MX 20 mx.stagepost.example.
dead-before-us  MX 30 host3
by-address      MX 10 alias
by-address      MX 20 host3
then-address    MX 10 host2
then-address    MX 20 alias
dead-then-us    MX 10 dead
dead-then-us    MX 20 alias
dead-then-us    MX 30 host3
alias-alone     A 127.0.0.6
mx              A 127.0.0.6
alias           A 127.0.0.6
dead            A 127.0.0.9
host2           A 127.0.0.2
host3           A 127.0.0.3
"""

ZONE = "stagepost.example"


class MeetsItself(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.zone = cls.enterClassContext(Zone(RECORDS, ZONE))
        port = free_port()
        cls.host2 = cls.enterClassContext(Peer("127.0.0.2", port))
        cls.host3 = cls.enterClassContext(Peer("127.0.0.3", port))
        cls.sender = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            dns={"servers": [cls.zone.server],
                 "hosts": {"us.example": "127.0.0.6"}},
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0"},
                {"name": "own", "address": f"127.0.0.6:{port}"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            delivery={"port": port, "retry": "1h", "domains": {
                "smart.example": {"next_hop": [f"smtp://us.example:{port}"]},
                "second.example": {"next_hop": [
                    f"smtp://us.example:{port}", cls.host2.url]},
                "sender.example": {"next_hop": [cls.sender.url]}}}))

    def setUp(self):
        for peer in self.host2, self.host3, self.sender:
            peer.mails.clear()

    def loops(self, domain):
        send(self.daemon.port(), to=f"to@{domain}")
        until(self.sender.taken, 20, f"a report about {domain} arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        text = self.sender.taken()[0].content.decode()
        self.assertIn("Status: 5.4.6", text)
        self.assertFalse(self.host2.taken() + self.host3.taken())
        self.assertNotIn("smtp://", text)

    def arrives(self, domain, peer):
        send(self.daemon.port(), to=f"to@{domain}")
        until(peer.taken, 20, f"mail to {domain} arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")

    def test_explain_says_so(self):
        for domain in "smart.example", "second.example":
            said = self.daemon.cli("explain", "a@b.example", f"to@{domain}")
            self.assertRegex(said, "us.example:.*  this is ourselves: passed "
                             "over  127.0.0.6")

    def deferred(self, domain):
        number = send(self.daemon.port(), to=f"to@{domain}")
        until(lambda: self.daemon.logged(f"queue deferred id={number}"), 20)
        self.daemon.cli("queue", "delete", number)
        self.assertFalse(self.host3.taken())

    def test_our_name_is_seen_among_the_hosts(self):
        self.loops(f"by-name.{ZONE}")

    def test_our_address_is_seen_among_the_hosts(self):
        self.loops(f"by-address.{ZONE}")

    def test_a_domain_that_is_our_name_or_address_is_seen(self):
        for domain in f"mx.{ZONE}", f"alias-alone.{ZONE}", "[127.0.0.6]":
            with self.subTest(domain):
                self.sender.mails.clear()
                self.loops(domain)

    def test_better_hosts_are_delivered_to(self):
        self.arrives(f"before-us.{ZONE}", self.host2)
        self.assertFalse(self.host3.taken())
        self.host2.mails.clear()
        self.arrives(f"then-address.{ZONE}", self.host2)

    def test_while_better_hosts_are_down_mail_waits(self):
        self.deferred(f"dead-before-us.{ZONE}")
        self.deferred(f"dead-then-us.{ZONE}")

    def test_a_smart_host_that_is_ourselves_is_no_way(self):
        self.loops("smart.example")
        self.arrives("second.example", self.host2)


if __name__ == "__main__":
    unittest.main()
