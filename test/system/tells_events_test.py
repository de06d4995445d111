"""Whoever listens at /events hears what becomes of mail."""

import json
import socket
import subprocess
import unittest

from stagepost import Daemon, Peer, SystemTest, end, send, start, until


class Listener:
    """curl -N at /events."""

    def __init__(self, daemon, query=""):
        self.process = start(
            ["curl", "-sN", "-D", "-",
             f"http://127.0.0.1:{daemon.port('status')}/events{query}"],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        self.lines = []

    def __enter__(self):
        until(lambda: self.line() == "", 20, "the head of the answer")
        return self

    def __exit__(self, *_):
        end(self.process)
        self.process.stdout.close()

    def line(self):
        self.lines.append(self.process.stdout.readline().decode().rstrip())
        return self.lines[-1]

    def event(self):
        """The next one, as JSON."""
        while not (line := self.line()).startswith("data: "):
            assert self.process.poll() is None, self.lines
        return json.loads(line[len("data: "):])


class TellsEvents(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer(answers={
            "RCPT": lambda _, to: (
                "451-4.2.1 Come\r\n451 4.2.1 back" if "later@" in to
                else "550 5.1.1 Nobody" if "never@" in to else None)}))
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"next_hop": [cls.peer.url], "retry": "1h"}))

    def send(self, to, **options):
        return send(self.daemon.port(), to=to, **options)

    def test_a_delivery_is_told_with_all_that_is_known(self):
        with Listener(self.daemon) as heard:
            message = self.send("a@one.example")
            accepted, delivered = heard.event(), heard.event()
        self.assertIn("Content-Type: text/event-stream", heard.lines)
        self.assertIn("event: delivered", heard.lines)
        self.assertEqual(accepted["event"], "accepted")
        self.assertEqual(accepted["id"], message)
        self.assertIsNone(accepted["began"])
        self.assertEqual(delivered["event"], "delivered")
        self.assertEqual(delivered["recipient"], "a@one.example")
        self.assertEqual(delivered["address"], "127.0.0.1")
        self.assertEqual(delivered["port"], self.peer.port)
        self.assertEqual(delivered["reply"], "250 2.0.0 Taken")
        self.assertEqual(delivered["tls"], "")
        self.assertLessEqual(delivered["began"], delivered["at"])
        stored = json.loads(self.daemon.cli(
            "queue", "show", message, "--json"))["events"]
        self.assertEqual(stored[0], accepted)
        # The database keeps milliseconds of an attempt.
        for x in (stored[1], delivered):
            self.assertTrue(x.pop("began"))
        self.assertEqual(stored[1], delivered)

    def test_deferrals_and_failures_come_with_the_full_reply(self):
        with Listener(self.daemon, "?kind=deferred,bounced") as heard:
            self.send(["later@one.example", "never@one.example"])
            found = [heard.event(), heard.event()]
        by_kind = {x["event"]: x for x in found}
        self.assertEqual(by_kind["deferred"]["reply"],
                         "451 4.2.1 Come back")
        self.assertEqual(by_kind["bounced"]["reply"], "550 5.1.1 Nobody")

    def test_a_filter_names_a_domain_or_a_recipient(self):
        with Listener(self.daemon, "?domain=Two.example") as domain, \
                Listener(self.daemon, "?kind=delivered&recipient="
                         "b@two.example") as recipient:
            self.send(["a@one.example", "a@two.example", "b@two.example"])
            self.assertEqual(domain.event()["recipient"], "a@two.example")
            self.assertEqual(recipient.event()["recipient"], "b@two.example")

    def test_a_filter_that_makes_no_sense_is_refused(self):
        for query, why in (("?kind=lost", "there are no events"),
                           ("?colour=red", "known are kind"),
                           ("?id=nonsense", "not a queue id")):
            status, text = self.daemon.ask("/events" + query)
            self.assertEqual(status, 400, query)
            self.assertIn(why, text)

    def test_who_does_not_read_is_let_go_and_slows_nobody(self):
        with socket.create_connection(
                ("127.0.0.1", self.daemon.port("status"))) as deaf:
            deaf.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            deaf.sendall(b"GET /events HTTP/1.1\r\nHost: x\r\n\r\n")
            before = len(self.peer.taken())
            to = [f"{'x' * 60}{i}@one.example" for i in range(100)]
            n = 60
            for _ in range(n):
                self.send(to)
            until(lambda: len(self.peer.taken()) >= before + n, 60,
                  "all is delivered")

    def test_the_end_of_the_daemon_ends_the_stream(self):
        with Daemon(delivery={"next_hop": [self.peer.url]}) as daemon, \
                Listener(daemon) as heard:
            daemon.stop()
            self.assertEqual(heard.process.stdout.read(), b"")


if __name__ == "__main__":
    unittest.main()
