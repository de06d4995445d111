"""A server that can't be reached is tried by one message at a time; when it is
back, all that waited for it goes at once."""

import unittest

from stagepost import Daemon, Peer, SystemTest, free_port, send, until

MESSAGES = 40


class ProbesWhatIsDown(SystemTest):
    def test_the_others_wait_for_the_probe_and_then_flow(self):
        port = free_port()
        with Daemon(delivery={"next_hop": [f"smtp://127.0.0.1:{port}"],
                              "retry": "3s", "probe": "3s"}) as daemon:
            send(daemon.port())
            until(lambda: daemon.logged("queue destination down"), 10,
                  "the destination is found to be down")
            for _ in range(MESSAGES - 1):
                send(daemon.port())
            tried = daemon.metrics()["stagepost_deferred_total"]
            until(lambda: daemon.metrics()["stagepost_deferred_total"]
                  >= tried + 2, 20, "it was probed twice")
            # A probe more may have come while we looked.
            self.assertLessEqual(
                daemon.metrics()["stagepost_deferred_total"], tried + 3)
            with Peer(port=port) as peer:
                until(lambda: len(peer.taken()) >= MESSAGES, 20,
                      "all the mail arrives")
                until(daemon.is_empty, 10, "the queue is empty")
                self.assertEqual(len(peer.taken()), MESSAGES)
            self.assertTrue(daemon.logged("queue destination back"))

    def test_a_server_that_takes_few_connections_gets_its_mail(self):
        refused = []

        def door(connection, _):
            with peer.lock:
                full = len(peer._open) > 2
            if full:
                refused.append(connection.number)
                return "421 4.3.2 Too many connections"
            return None
        with Peer(answers={"CONNECT": door}) as peer, \
                Daemon(delivery={"next_hop": [peer.url],
                                 "retry": "1h"}) as daemon:
            for _ in range(60):
                send(daemon.port())
            until(lambda: len(peer.taken()) >= 60, 30, "all the mail arrives")
            until(daemon.is_empty, 10, "the queue is empty")
            self.assertEqual(
                daemon.metrics().get("stagepost_deferred_total"), 0)


if __name__ == "__main__":
    unittest.main()
