"""PostgreSQL hangs: it neither answers nor dies, as when its disk stalls."""

import contextlib
import os
import signal
import time
import unittest

from stagepost import Daemon, Dialogue, Load, Peer, SystemTest, send, until


class OutlivesAHungDatabase(SystemTest):
    @contextlib.contextmanager
    def hung(self, daemon):
        stopped = daemon.postgres_processes()
        for pid in stopped:
            os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            for pid in stopped:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)

    def test_clients_hear_451_in_time_and_nothing_is_lost(self):
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url], "retry": "1s"}) as daemon:
            with Load(daemon.port, threads=4) as load:
                until(lambda: len(load.answered) >= 50, 30, "mail flows")
                with self.hung(daemon):
                    began = time.monotonic()
                    until(lambda: load.refusals, 60, "clients hear of it")
                    self.assertLess(time.monotonic() - began, 60)
                    until(lambda: daemon.status()[0] == 503, 10)
                    # Who comes now is told at once.
                    with Dialogue(daemon.port()) as client:
                        client.reply()
                        client.say("EHLO client.example")
                        client.say("MAIL FROM:<a@b.example>")
                        client.say("RCPT TO:<to@stagepost.example>")
                        self.assertRegex(client.say("DATA"), r"^451 4\.3\.0 ")
                until(lambda: daemon.status()[0] == 200, 60, "it is back")
                enough = len(load.answered) + 50
                until(lambda: len(load.answered) >= enough, 60,
                      "mail flows again")
            self.assertEqual({code for code, _ in load.refusals}, {451})
            until(lambda: load.answered <= set(peer.counts()), 30,
                  "all that was answered arrives")
            until(daemon.is_empty, 20, "the queue is empty")
            daemon.stop()

    def test_a_short_hang_is_waited_for(self):
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url]}) as daemon:
            with Load(daemon.port, threads=4) as load:
                until(lambda: len(load.answered) >= 50, 30, "mail flows")
                with self.hung(daemon):
                    answered = len(load.answered)
                    ends = time.monotonic() + 2
                    until(lambda: time.monotonic() > ends, 5)
                    # What was on its way when the signals came, and no more.
                    self.assertLess(len(load.answered) - answered, 50)
                enough = len(load.answered) + 50
                until(lambda: len(load.answered) >= enough, 60)
            self.assertEqual((load.refusals, load.lost), ([], 0))
            send(daemon.port())
            daemon.stop()


if __name__ == "__main__":
    unittest.main()
