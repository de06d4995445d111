"""Mail goes where DNSSEC and TLSA records say, and nowhere else."""

import re
import unittest

from authority import key_digest
from stagepost import (Daemon, Folder, Peer, SystemTest, Zone, free_port,
                       make_certificate, send, until)

ZONE = "stagepost.example"
WRONG = "00" * 32
FORGED = "11" * 32

RECORDS = """
good            MX 10 good-mx
wrong           MX 10 wrong-mx
neighbour       MX 10 shared-mx
first-wrong     MX 10 wrong-mx
first-wrong     MX 20 good-mx
untold          MX 10 untold-mx
forged          MX 10 forged-mx
forged-host     MX 10 forged-address
clear           MX 10 clear-mx
clear-useless   MX 10 clear-useless-mx
useless         MX 10 useless-mx
alias           MX 10 alias-mx
itself          A 127.0.0.2
good-mx         A 127.0.0.2
wrong-mx        A 127.0.0.3
shared-mx       A 127.0.0.3
untold-mx       A 127.0.0.3
forged-mx       A 127.0.0.2
forged-address  A 192.0.2.66
clear-mx        A 127.0.0.4
clear-useless-mx A 127.0.0.4
useless-mx      A 127.0.0.3
alias-mx        CNAME good-mx
_{port}._tcp.good-mx TLSA 3 1 1 {digest}
_{port}._tcp.itself TLSA 3 1 1 {digest}
_{port}._tcp.wrong-mx TLSA 3 1 1 {wrong}
_{port}._tcp.shared-mx TLSA 3 1 1 {wrong}
_{port}._tcp.forged-mx TLSA 3 1 1 {forged}
_{port}._tcp.clear-mx TLSA 3 1 1 {digest}
_{port}._tcp.clear-useless-mx TLSA 1 1 1 {digest}
_{port}._tcp.useless-mx TLSA 1 1 1 {wrong}
"""


class GoesByDane(SystemTest):
    @classmethod
    def setUpClass(cls):
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        certificate = make_certificate(folder, "good")
        other = make_certificate(folder, "other")
        port = free_port()
        records = RECORDS.format(port=port, wrong=WRONG, forged=FORGED,
                                 digest=key_digest(certificate[0]))
        cls.zone = cls.enterClassContext(Zone(
            records, ZONE, signed=True,
            forged={FORGED: key_digest(certificate[0]),
                    "192.0.2.66": "127.0.0.2"},
            others={"plain.example": f"""
@               MX 10 wrong-mx.{ZONE}.
neighbour       MX 10 shared-mx.{ZONE}.
"""}))
        cls.good = cls.enterClassContext(
            Peer("127.0.0.2", port, tls=certificate))
        cls.other = cls.enterClassContext(Peer("127.0.0.3", port, tls=other))
        cls.clear = cls.enterClassContext(Peer("127.0.0.4", port))
        cls.daemon = cls.enterClassContext(Daemon(
            dns={"servers": [cls.zone.server],
                 "trust_anchor": cls.zone.anchor},
            delivery={"port": port, "retry": "1h", "tls": "dane",
                      "domains": {f"lax.{ZONE}": {"tls": "opportunistic"}}}))

    def setUp(self):
        for peer in (self.good, self.other, self.clear):
            peer.mails.clear()
            peer.commands.clear()

    def sent(self, domain):
        if "." not in domain:
            domain = f"{domain}.{ZONE}"
        return send(self.daemon.port(), to=f"to@{domain}")

    def arrives(self, domain, peer, verified):
        number = self.sent(domain)
        until(peer.taken, 30, f"mail to {domain} arrives")
        line = until(lambda: self.daemon.logged(
            f"queue delivered id={number}"), 10)[0]
        self.assertTrue(peer.taken()[0].tls)
        self.assertRegex(line, rf'tls="TLSv1\.3/\S+ verified={verified}"')

    def waits(self, domain, why):
        number = self.sent(domain)
        line = until(lambda: self.daemon.logged(
            f"queue deferred id={number}"), 30)[0]
        self.daemon.cli("queue", "delete", number)
        self.assertRegex(line, why)
        for peer in (self.good, self.other, self.clear):
            self.assertEqual(peer.heard("MAIL"), [], "nothing left in clear")

    def test_a_certificate_that_matches_is_enough(self):
        self.arrives("good", self.good, "dane")

    def test_a_domain_may_be_its_own_host(self):
        self.arrives("itself", self.good, "dane")

    def test_another_certificate_gets_nothing(self):
        self.waits("wrong", r"4\.7\.5 .*DANE TLSA records \(DANE\)")

    def test_the_next_host_may_match(self):
        self.arrives("first-wrong", self.good, "dane")
        self.assertEqual(self.other.heard("MAIL"), [])

    def test_without_records_tls_is_opportunistic(self):
        self.arrives("untold", self.other, "no")

    def test_records_that_are_forged_count_for_a_host_that_is_down(self):
        self.waits("forged", r"4\.7\.5 .*TLSA records can't be looked up")

    def test_an_address_that_is_forged_is_none(self):
        self.waits("forged-host", r"4\.4\.3 .*DNSSEC")

    def test_records_without_starttls_are_an_attack(self):
        self.waits("clear", r"4\.7\.4 TLS is required.*\(DANE\)")

    def test_useless_records_want_tls_of_any_kind(self):
        self.arrives("useless", self.other, "no")
        self.other.mails.clear()
        self.other.commands.clear()
        self.waits("clear-useless", r"4\.7\.4 TLS is required")

    def test_an_alias_has_the_records_of_its_target(self):
        self.arrives("alias", self.good, "dane")

    def test_an_mx_that_is_not_signed_has_no_dane(self):
        self.arrives("plain.example", self.other, "no")

    def test_its_neighbour_at_the_same_host_has_a_site_of_its_own(self):
        self.arrives("neighbour.plain.example", self.other, "no")
        self.other.commands.clear()
        self.waits("neighbour", "DANE")
        sites = [x for x in self.daemon.actors()
                 if f"/shared-mx.{ZONE}:" in x and "/worker" not in x]
        self.assertEqual(sorted(x.rpartition(",")[2] for x in sites),
                         ["dane", "opportunistic"])

    def test_explain_names_the_site(self):
        self.arrives("good", self.good, "dane")
        self.explained_as_it_is(f"good.{ZONE}")
        self.arrives("plain.example", self.other, "no")
        self.explained_as_it_is("plain.example")

    def explained_as_it_is(self, domain):
        said = self.daemon.cli("explain", "a@b.example", f"to@{domain}")
        site = re.search("^site: (.*)$", said, re.M)[1]
        self.assertIn(f"destination {site} is up", said)

    def test_what_was_asked_is_counted(self):
        self.arrives("good", self.good, "dane")
        lines = self.daemon.ask("/metrics")[1].splitlines()
        found = dict(x.rsplit(" ", 1) for x in lines if not x.startswith("#"))
        self.assertGreater(int(found["stagepost_dns_questions_total"]), 0)
        self.assertGreater(
            int(found['stagepost_dns_answers_total{result="secure"}']), 0)
        self.assertGreater(
            float(found["stagepost_dns_answer_seconds_total"]), 0)


if __name__ == "__main__":
    unittest.main()
