"""A clock that is set back gives no id again: a message that took another's
place in the queue would be lost mail."""

import glob
import os
import unittest

from stagepost import Daemon, Folder, Peer, SystemTest, send, until


class Clock:
    """Tells a daemon a time of our choosing (Debian's libfaketime)."""

    def __init__(self, folder):
        self._folder = folder
        self.set("+0")
        self.environment = {
            "LD_PRELOAD": glob.glob("/usr/lib/*/faketime/libfaketimeMT.so.1")[0],
            "FAKETIME_TIMESTAMP_FILE": folder / "clock",
            "FAKETIME_NO_CACHE": "1",
            # A sanitizer wants to be the first library otherwise.
            "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "")
                            + ":verify_asan_link_order=0",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "DONT_FAKE_MONOTONIC": "1"}

    def set(self, offset):
        self._folder.write("clock", offset + "\n")


class KeepsIdsApart(SystemTest):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.clock = Clock(self.folder)

    def see_ids_rise(self, between, answers=None):
        """Sends, changes the clock, sends; all ids differ, all mail arrives."""
        with Peer(answers=answers or {}) as peer, Daemon(
                environment=self.clock.environment,
                delivery={"next_hop": [peer.url], "retry": "1s"}) as daemon:
            self.clock.set("+2h")
            ids = [send(daemon.port()) for _ in range(20)]
            between(daemon)
            ids += [send(daemon.port()) for _ in range(20)]
            self.assertEqual(len(set(ids)), 40)
            if answers:
                # None took another's place in the database.
                stored = {x["id"] for x in daemon.queue()["messages"]}
                self.assertEqual(stored, set(ids))
            else:
                until(lambda: len(peer.taken()) == 40, 30, "all arrive")
            daemon.stop()

    def test_while_the_daemon_runs(self):
        def set_back(daemon):
            self.clock.set("-2h")
        self.see_ids_rise(set_back)

    def test_between_two_runs(self):
        def set_back(daemon):
            daemon.stop()
            self.clock.set("-2h")
            daemon.start()
        self.see_ids_rise(set_back)

    def test_between_two_runs_with_mail_in_the_queue(self):
        def set_back(daemon):
            daemon.kill9()
            self.clock.set("-2h")
            daemon.start()
        self.see_ids_rise(set_back, {"MAIL": "451 4.3.0 Not now"})


if __name__ == "__main__":
    unittest.main()
