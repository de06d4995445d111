"""Mail leaves from the address and under the name that its sender has."""

import copy
import re
import smtplib
import unittest

from stagepost import Daemon, Peer, SystemTest, until

TEST = ("127.0.0.11", "mta.test.example")
POOL = {("127.0.0.21", "n1.news.example"), ("127.0.0.22", "n2.news.example")}
NOWHERE = "192.0.2.77"  # nobody's, and so not ours

EGRESS = {
    "default_hostname": "out.stagepost.example",
    "addresses": ["127.0.0.31", "127.0.0.32", "127.0.0.33"],
    "pools": {
        "news": [{"ip": ip, "hostname": name} for ip, name in sorted(POOL)],
        "worn": [{"ip": NOWHERE, "hostname": "lost.example"},
                 {"ip": "127.0.0.41", "hostname": "spare.example",
                  "weight": 0}]},
    "rules": [
        {"domain": "test.example", "ip": TEST[0], "hostname": TEST[1]},
        {"domain": ["news.example", "*.news.example"], "pool": "news"},
        {"domain": "worn.example", "pool": "worn"},
        {"domain": "lost.example", "ip": NOWHERE},
        {"arrival_ip": "127.0.0.9", "ip": "127.0.0.12"}],
}


def post(port, sender, to="to@stagepost.example", host="127.0.0.1"):
    with smtplib.SMTP(host, port, local_hostname="client.example",
                      timeout=60) as client:
        client.sendmail(sender, [to], "Subject: x\r\n\r\nHello\r\n")


def trace(mail):
    return re.sub(r"\s+", " ", mail.header("Received"))


class LeavesByItsEgress(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            listeners=[
                {"name": "mx", "protocol": "smtp", "address": "0.0.0.0:0"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            delivery={"next_hop": [cls.peer.url], "connections": 1},
            egress=EGRESS))
        cls.port = cls.daemon.port()

    def setUp(self):
        until(self.daemon.is_empty, 15, "the queue is empty")
        self.peer.answers.clear()
        self.peer.mails.clear()

    def change(self, how):
        """Changes the configuration of the running daemon, for this test."""
        before = {}
        self.daemon.edit(lambda x: before.update(copy.deepcopy(x)))

        def restore():
            self.daemon.cli("queue", "delete", "--all")
            self.daemon.edit(lambda x: (x.clear(), x.update(before)))
            self.daemon.hang_up()

        self.addCleanup(restore)
        self.daemon.edit(how)
        self.daemon.hang_up()

    def deferrals_of(self, address):
        return [x for x in self.daemon.logged("queue deferred")
                if f"to={address}" in x]

    def arrive(self, count):
        until(lambda: len(self.peer.taken()) >= count, 20, "mail arrives")
        until(self.daemon.is_empty, 15, "the queue is empty")
        return self.peer.taken()

    def test_address_ehlo_and_received_agree(self):
        post(self.port, "a@test.example")
        [mail] = self.arrive(1)
        self.assertEqual((mail.source, mail.helo), TEST)
        self.assertIn(f" by {TEST[1]} with ESMTP", trace(mail))
        self.assertIn("egress=127.0.0.11/mta.test.example",
                      self.daemon.logged("queue delivered")[-1])

    def test_the_name_is_the_default_one_where_no_rule_gives_another(self):
        post(self.port, "a@other.example")
        [mail] = self.arrive(1)
        self.assertIn(mail.source, EGRESS["addresses"])
        self.assertEqual(mail.helo, "out.stagepost.example")
        self.assertIn(" by out.stagepost.example with ", trace(mail))

    def test_where_mail_came_in_decides_too(self):
        post(self.port, "a@other.example", host="127.0.0.9")
        post(self.port, "a@test.example", host="127.0.0.9")
        sources = {x.sender: x.source for x in self.arrive(2)}
        self.assertEqual(sources, {"a@other.example": "127.0.0.12",
                                   "a@test.example": TEST[0]})

    def test_pools_and_addresses_are_shared_out(self):
        for n in range(24):
            post(self.port, f"a{n}@news.example")
            post(self.port, f"a{n}@other.example")
        mails = self.arrive(48)
        news = {(x.source, x.helo) for x in mails if "news" in x.sender}
        self.assertEqual(news, POOL)
        self.assertEqual({x.source for x in mails if "other" in x.sender},
                         set(EGRESS["addresses"]))
        for mail in mails:
            self.assertIn(f" by {mail.helo} with ", trace(mail))

    def test_no_connection_serves_two_ways(self):
        for n in range(10):
            for domain in "test.example", "below.news.example", "b.example":
                post(self.port, f"a{n}@{domain}")
        ways = {}
        for mail in self.arrive(30):
            ways.setdefault(mail.connection, set()).add(
                (mail.source, mail.helo))
        self.assertTrue(all(len(x) == 1 for x in ways.values()), ways)

    def test_a_message_leaves_the_same_way_at_every_attempt(self):
        tried = []

        def refuse(connection, _):
            tried.append((connection.source, connection.helo))
            return "450 4.2.0 Greylisted" if len(tried) < 4 else None

        self.peer.answers["RCPT"] = refuse
        post(self.port, "a@news.example")
        self.arrive(1)
        self.assertEqual(len(set(tried)), 1, tried)
        self.assertEqual(len(tried), 4)

    def test_a_report_comes_from_where_its_message_left(self):
        self.peer.answers["RCPT"] = lambda _, to: (
            "550 5.1.1 No such user" if "bad" in to else None)
        for domain, name in (("test.example", TEST[1]),
                             ("other.example", "out.stagepost.example")):
            self.peer.mails.clear()
            post(self.port, f"a@{domain}", "bad@stagepost.example")
            [report] = self.arrive(1)
            self.assertEqual(report.sender, "")
            self.assertEqual(report.helo, name)
            text = report.content.decode()
            self.assertIn(f"Reporting-MTA: dns; {name}\r\n", text)
            self.assertIn(f"MAILER-DAEMON@{name}", report.header("From"))
            if domain == "test.example":
                self.assertEqual(report.source, TEST[0])

    def test_a_rule_for_our_own_name_is_for_reports(self):
        self.peer.answers["RCPT"] = lambda _, to: (
            "550 5.1.1 No such user" if "bad" in to else None)
        own = {"domain": "out.stagepost.example", "ip": "127.0.0.51",
               "hostname": "bounces.example"}
        self.change(lambda x: x["egress"]["rules"].append(own))
        post(self.port, "a@other.example", "bad@stagepost.example")
        [report] = self.arrive(1)
        self.assertEqual((report.source, report.helo),
                         ("127.0.0.51", "bounces.example"))
        self.assertIn("Reporting-MTA: dns; bounces.example\r\n",
                      report.content.decode())

    def test_addresses_that_are_not_here_are_told_at_the_start(self):
        told = self.daemon.logged("node egress address missing")
        self.assertEqual(len(told), 2, told)  # worn with its name, and lost
        self.assertIn(f"ip={NOWHERE}", told[0])

    def test_a_lost_address_leaves_the_pool_s_others(self):
        post(self.port, "a@worn.example")
        [mail] = self.arrive(1)
        self.assertEqual((mail.source, mail.helo),
                         ("127.0.0.41", "spare.example"))
        self.assertIn(" by spare.example with ESMTP", trace(mail))
        self.assertIn(f"ip={NOWHERE}",
                      self.daemon.logged("delivery egress address lost")[0])
        self.assertGreater(
            self.daemon.metrics()["stagepost_egress_lost_total"], 0)

    def test_each_family_has_its_own_address(self):
        six = self.enterContext(Peer(host="::1"))

        def change(settings):
            settings["delivery"].update(next_hop=[six.url], retry="1h")
            settings["egress"]["rules"] = [
                {"domain": "pair.example", "ip": ["127.0.0.14", "::1"],
                 "hostname": "pair.example"},
                {"domain": "four.example", "ip": "127.0.0.14"}]

        self.change(change)
        post(self.port, "a@four.example", "four@stagepost.example")
        post(self.port, "a@pair.example")
        until(six.taken, 15, "mail arrives")
        self.assertEqual([(x.sender, x.source) for x in six.taken()],
                         [("a@pair.example", "::1")])
        until(lambda: self.deferrals_of("four@stagepost.example"), 15,
              "a deferral")
        self.assertIn("No egress address of ours reaches ::1[::1]",
                      self.deferrals_of("four@stagepost.example")[0])

    def test_mail_waits_for_its_only_address_and_keeps_no_other(self):
        self.change(lambda x: x["delivery"].update(retry="1h"))
        post(self.port, "a@lost.example", "lost@stagepost.example")
        until(lambda: self.deferrals_of("lost@stagepost.example"), 15,
              "a deferral")
        for n in range(5):
            post(self.port, f"a{n}@test.example")
        until(lambda: len(self.peer.taken()) == 5, 15, "the others")
        waiting = self.daemon.recipients()
        self.assertEqual(list(waiting), ["lost@stagepost.example"])
        self.assertIn("451 4.3.5", str(waiting))
        self.assertIn(f"The egress address {NOWHERE} is not this machine's",
                      str(waiting))
        self.daemon.edit(
            lambda x: x["egress"]["rules"][3].update(ip="127.0.0.13"))
        self.daemon.hang_up()
        self.daemon.cli("queue", "retry", "--all")
        self.assertEqual(self.arrive(6)[-1].source, "127.0.0.13")


if __name__ == "__main__":
    unittest.main()
