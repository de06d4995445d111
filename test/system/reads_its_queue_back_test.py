"""After `kill -9` the queue is read back from the database, large content too."""

import unittest

from stagepost import Daemon, Load, Peer, SystemTest, until


def retry_all(daemon):
    """After a start, once the queue has been read."""
    until(lambda: "due now" in daemon.cli("queue", "retry", "--all",
                                          status=None), 15)


class ReadsItsQueueBack(SystemTest):
    def test_large_messages_survive_too(self):
        """Their content takes another way into the database."""
        def crash(daemon):
            daemon.kill9_postgres()
            daemon.kill9()
            daemon.start()
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url]}) as daemon:
            peer.answers["MAIL"] = "451 4.3.0 Not now"
            size = 2_500_000
            with Load(daemon.port, threads=3, octets=size) as load:
                until(lambda: len(load.answered) >= 12, 60, "mail flows")
                crash(daemon)
            peer.answers.clear()
            retry_all(daemon)
            until(lambda: load.answered <= set(peer.counts()), 60,
                  "all arrive")
            for mail in peer.taken():
                self.assertGreater(len(mail.content), size - 100)
                self.assertTrue(mail.content.endswith(b"y" * 70 + b"\r\n"))

    def test_a_queue_at_rest_survives(self):
        """Nothing is under way: the queue is read back from the database."""
        with Peer(answers={"RCPT": "451 4.2.1 Not now"}) as peer, Daemon(
                delivery={"next_hop": [peer.url], "retry": "1h"}) as daemon:
            with Load(daemon.port, threads=4, most=200) as load:
                load.join()
            until(lambda: daemon.metrics()["stagepost_deferred_total"] >= 200,
                  30, "all are deferred")
            daemon.kill9()
            daemon.start()
            until(lambda: daemon.queue()["totals"]["deferred"] == 200, 10)
            peer.answers.clear()
            retry_all(daemon)
            until(lambda: load.answered == set(peer.counts()), 60,
                  "all arrive")
            self.assertEqual(set(peer.counts().values()), {1})


if __name__ == "__main__":
    unittest.main()
