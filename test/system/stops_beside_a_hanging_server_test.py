"""A server that takes mail and says nothing does not hold the end up for long."""

import threading
import unittest

from stagepost import Daemon, Peer, SystemTest, send, until


class StopsBesideAHangingServer(SystemTest):
    def test_the_daemon_ends_and_keeps_the_message(self):
        release = threading.Event()
        self.addCleanup(release.set)

        def never(*_):
            release.wait(60)
        with Peer(answers={"CONTENT": never}) as peer, Daemon(
                delivery={"next_hop": [peer.url]}) as daemon:
            send(daemon.port())
            until(lambda: peer.heard("DATA"), 10, "the delivery is under way")
            daemon.stop(40)
            # It was neither taken nor refused, so it is still there.
            daemon.start()
            self.assertFalse(daemon.is_empty())
            release.set()
            until(daemon.is_empty, 20, "it is delivered after all")


if __name__ == "__main__":
    unittest.main()
