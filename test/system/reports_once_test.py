"""A message has one report, however many destinations refuse it, and a crash
neither loses the report nor tries anew who was refused."""

import email
import email.policy
import threading
import unittest

from stagepost import Daemon, Peer, SystemTest, send, until

ADDRESSES = [f"x@{name}.example" for name in ("one", "two", "three", "four")]


class ReportsOnce(SystemTest):
    def setUp(self):
        self.release = threading.Event()
        self.addCleanup(self.release.set)
        self.peers = [self.enterContext(Peer()) for _ in ADDRESSES]
        self.sender = self.enterContext(Peer())
        hops = {x.partition("@")[2]: {"next_hop": [peer.url]}
                for x, peer in zip(ADDRESSES, self.peers)}
        hops["sender.example"] = {"next_hop": [self.sender.url]}
        self.daemon = self.enterContext(Daemon(delivery={"domains": hops}))

    def refuse(self, number, reply="550 5.1.1 No such user"):
        self.peers[number].answers["RCPT"] = reply

    def refuse_late(self, number, reply="550 5.1.1 No such user"):
        def answer(*_):
            self.release.wait()
            return reply
        self.peers[number].answers["RCPT"] = answer

    def states(self):
        return {address: x["state"]
                for address, x in self.daemon.recipients().items()}

    def reported(self):
        """The addresses that the only report names, and what became of
        them."""
        until(self.sender.taken, 20, "a report arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.assertEqual(len(self.sender.taken()), 1)
        report = email.message_from_bytes(self.sender.taken()[0].content,
                                          policy=email.policy.default)
        status = list(report.iter_parts())[1]
        return {x["Final-Recipient"].split("; ")[1]: x
                for x in status.get_payload() if "Action" in x}

    def test_refusals_at_four_destinations_make_one_report(self):
        for n in range(3):
            self.refuse(n, f"550 5.1.1 Nobody at {n}")
        self.refuse_late(3)
        send(self.daemon.port(), to=ADDRESSES)
        until(lambda: list(self.states().values()).count("ended") == 3, 10,
              "three are done")
        self.assertFalse(self.sender.taken())
        self.assertIn(" 0 held, 3 ended, their senders yet to be told\n",
                      self.daemon.cli("queue", "list", "--state", "ended"))
        self.release.set()
        told = self.reported()
        self.assertEqual(sorted(told), sorted(ADDRESSES))
        self.assertIn("Nobody at 1",
                      told["x@two.example"]["Diagnostic-Code"])

    def test_a_refusal_is_told_with_what_was_delivered_elsewhere(self):
        self.refuse(0)
        send(self.daemon.port(), to=ADDRESSES[:2],
             rcpt_options=["NOTIFY=SUCCESS,FAILURE"])
        told = self.reported()
        self.assertEqual(told["x@one.example"]["Action"], "failed")
        self.assertEqual(told["x@two.example"]["Action"], "relayed")

    def test_a_crash_loses_no_report_and_tries_nobody_anew(self):
        self.refuse(0)
        self.refuse_late(1)
        send(self.daemon.port(), to=ADDRESSES[:2],
             content="Subject: it crashed\r\n\r\nx\r\n")
        until(lambda: self.states().get("x@one.example") == "ended", 10)
        self.daemon.kill9()
        self.peers[0].answers.clear()  # it would be taken now
        self.peers[1].answers.clear()
        self.release.set()
        self.daemon.start()
        told = self.reported()
        self.assertEqual(list(told), ["x@one.example"])
        self.assertRegex(told["x@one.example"]["Diagnostic-Code"],
                         "smtp; 550 5.1.1 No such user")
        self.assertIn("Remote-MTA", told["x@one.example"])
        self.assertIn(b"it crashed", self.sender.taken()[0].content)
        self.assertFalse(self.peers[0].taken())
        self.assertEqual(len(self.peers[1].taken()), 1)

    def test_a_crash_leaves_one_report_of_all(self):
        self.refuse(0)
        self.refuse_late(1)
        send(self.daemon.port(), to=ADDRESSES[:2])
        until(lambda: self.states().get("x@one.example") == "ended", 10)
        self.daemon.kill9()
        self.release.set()
        self.daemon.start()
        self.assertEqual(sorted(self.reported()), sorted(ADDRESSES[:2]))

    def test_what_is_bounced_under_way_is_in_the_same_report(self):
        self.refuse(0)
        self.refuse_late(1, "451 4.3.0 Not now")
        message = send(self.daemon.port(), to=ADDRESSES[:2])
        until(lambda: self.states().get("x@one.example") == "ended", 10)
        self.daemon.cli("queue", "bounce", message)
        self.release.set()
        self.assertEqual(sorted(self.reported()), sorted(ADDRESSES[:2]))

    def test_a_report_does_not_wait_for_what_is_deleted(self):
        self.refuse(0)
        self.refuse_late(1, "451 4.3.0 Not now")
        message = send(self.daemon.port(), to=ADDRESSES[:2])
        until(lambda: self.states().get("x@one.example") == "ended", 10)
        self.daemon.cli("queue", "delete", message)
        self.release.set()
        self.assertEqual(list(self.reported()), ["x@one.example"])


if __name__ == "__main__":
    unittest.main()
