"""Two daemons on one PostgreSQL: one has the queue, the other stands by, and
takes over what the first leaves. Nothing is delivered twice that the first had
completed."""

import signal
import time
import unittest

from stagepost import Daemon, Peer, Postgres, SystemTest, run, send, until

MESSAGES = 40
TAKEN_AT_FIRST = 20

# The owner is held to be dead so long after its last sign of life.
TAKEN_OVER_S = 15
# By the database's clock.
LEASE_S = 10


class StandsBy(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.close)

    def setUp(self):
        self.opened = False

        def content(_, mail):
            number = int(mail.header("X-Number"))
            late = number > TAKEN_AT_FIRST and not self.opened
            return "451 4.3.0 Not at once" if late else None

        self.peer = self.enterContext(Peer(answers={"CONTENT": content}))
        self.url = self.postgres.make(self._testMethodName)
        self.first = self.daemon("first")
        self.second = self.daemon("second")
        until(lambda: self.second.logged("queue standing by"), 15,
              "the second one stands by")

    def daemon(self, name):
        return self.enterContext(Daemon(
            node={"hostname": f"{name}.example", "name": name},
            storage={"postgres": self.url},
            delivery={"next_hop": [self.peer.url], "retry": "1s"}))

    def deliver_half(self):
        for number in range(1, MESSAGES + 1):
            send(self.first.port(), f"X-Number: {number}\r\n\r\nHello\r\n")
        until(lambda: self.first.queue()["totals"]["messages"]
              == MESSAGES - TAKEN_AT_FIRST, 20, "half of it is completed")

    def takes_over(self, within):
        began = time.monotonic()
        until(lambda: self.second.logged("queue shard ready"), within,
              "the second one takes over")
        self.opened = True
        until(self.second.is_empty, 20, "the rest is delivered")
        self.assertEqual(self.second.status()[0], 200)
        return time.monotonic() - began

    def each_came_once(self):
        taken = [x for x in self.peer.taken()]
        counts = self.peer.counts()
        self.assertEqual(len(taken), MESSAGES)
        self.assertEqual(len(counts), MESSAGES)
        self.assertTrue(all(x == 1 for x in counts.values()), counts)

    def test_a_standby_says_so(self):
        code, body = self.second.status()
        self.assertEqual(code, 503)
        self.assertEqual(body["reason"],
                         "standing by: first owns the queue")
        said = run("queue", "hold", "0B37GTS8M0000", "--socket",
                   self.second.socket)
        self.assertEqual(said.returncode, 1)
        self.assertIn("first has the queue; give the order there",
                      said.stderr)
        said = run("queue", "suspended", "--socket", self.second.socket)
        self.assertEqual(said.returncode, 1)
        self.assertIn("first has the queue; ask there", said.stderr)
        self.assertEqual(self.first.status()[0], 200)

    def test_the_owner_is_killed(self):
        self.deliver_half()
        self.first.kill9()
        self.takes_over(TAKEN_OVER_S)
        self.each_came_once()
        helo = [x.helo for x in self.peer.taken()]
        self.assertEqual(helo.count("second.example"),
                         MESSAGES - TAKEN_AT_FIRST)

    def test_the_owner_is_frozen_and_wakes(self):
        self.deliver_half()
        self.first.process.send_signal(signal.SIGSTOP)
        self.takes_over(TAKEN_OVER_S)
        heard = len(self.peer.heard("MAIL"))
        self.first.process.send_signal(signal.SIGCONT)
        until(lambda: self.first.logged("queue shard lost to another daemon"),
              15, "the first one notices")
        until(lambda: self.first.logged("queue standing by"), 15,
              "the first one stands by")
        self.assertEqual(len(self.peer.heard("MAIL")), heard)
        self.each_came_once()
        self.assertEqual(self.first.status()[0], 503)
        # And back again.
        self.second.stop()
        until(lambda: self.first.status()[0] == 200, TAKEN_OVER_S,
              "the first one has the queue again")

    def test_the_database_goes_and_the_owner_stays(self):
        self.deliver_half()
        self.postgres.kill9()
        away = time.monotonic()
        self.addCleanup(lambda: self.postgres.process.poll() is None
                        or self.postgres.start())
        until(lambda: self.first.logged("queue lease not renewed"), 15,
              "the first one notices")
        self.opened = True
        heard = len(self.peer.heard("MAIL"))
        until(lambda: self.second.logged("queue can't take the shard over"),
              15, "the second one notices")
        until(lambda: time.monotonic() - away > LEASE_S, 15, "leases run out")
        self.assertEqual(len(self.peer.heard("MAIL")), heard)
        self.postgres.start()
        until(self.first.is_empty, 20, "the rest is delivered")
        self.each_came_once()
        self.assertEqual(self.second.logged("queue shard ready"), [])

    def test_the_owner_stops_in_order(self):
        self.deliver_half()
        self.first.stop()
        # At once: sooner than its lease would have run out.
        self.takes_over(6)
        self.each_came_once()


if __name__ == "__main__":
    unittest.main()
