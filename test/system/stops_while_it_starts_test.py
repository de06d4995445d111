"""Ctrl-C while PostgreSQL recovers: heard at once, and all ends in order."""

import os
import shutil
import signal
import time
import unittest

from stagepost import Daemon, SystemTest, is_running, until


class StopsWhileItStarts(SystemTest):
    def never_ready(self, daemon):
        """Has PostgreSQL recover for ever: it waits for a primary."""
        data = os.path.join(daemon.data, "postgres")
        signal_file = os.path.join(data, "standby.signal")
        with open(signal_file, "w", encoding="utf-8"):
            pass
        owner = os.stat(data)
        os.chown(signal_file, owner.st_uid, owner.st_gid)
        settings = os.path.join(data, "postgresql.auto.conf")
        shutil.copy2(settings, settings + ".kept")
        with open(settings, "a", encoding="utf-8") as file:
            file.write("hot_standby = off\n")
        return lambda: (os.unlink(signal_file),
                        os.replace(settings + ".kept", settings),
                        os.chown(settings, owner.st_uid, owner.st_gid))

    def end_in_the_middle(self, daemon, how):
        daemon.spawn()
        until(daemon.postmaster, 20, "PostgreSQL starts")
        until(lambda: self.recovers(daemon), 20, "PostgreSQL recovers")
        self.assertIsNone(daemon.process.poll())
        pid = daemon.postmaster()
        began = time.monotonic()
        daemon.process.send_signal(how)
        self.assertEqual(daemon.process.wait(timeout=30), 0)
        self.assertLess(time.monotonic() - began, 5)
        self.assertFalse(is_running(pid), "PostgreSQL was left behind")
        text = daemon.log_since_start()
        self.assertRegex(text, f'node stopping signal="?{how_named(how)}')
        self.assertIn(" node stopped", text)
        self.assertNotIn(" node ready", text)

    @staticmethod
    def recovers(daemon):
        with open(os.path.join(daemon.data, "postgres/postmaster.pid"),
                  encoding="utf-8") as file:
            return file.read().rstrip().endswith(("standby", "starting"))

    def test_sigint_and_sigterm_end_the_start(self):
        with Daemon() as daemon:
            daemon.stop()
            undo = self.never_ready(daemon)
            for how in signal.SIGINT, signal.SIGTERM:
                self.end_in_the_middle(daemon, how)
            undo()
            daemon.start()  # as if nothing had been
            daemon.stop()

    def test_a_server_that_hangs_does_not_hold_the_end_up(self):
        with Daemon() as daemon:
            daemon.stop()
            undo = self.never_ready(daemon)
            daemon.spawn()
            until(daemon.postmaster, 20, "PostgreSQL starts")
            pid = daemon.postmaster()
            os.kill(pid, signal.SIGSTOP)
            daemon.process.send_signal(signal.SIGINT)
            self.assertEqual(daemon.process.wait(timeout=40), 0)
            self.assertFalse(is_running(pid), "PostgreSQL was left behind")
            undo()
            daemon.start()
            daemon.stop()


def how_named(how):
    return "Interrupt" if how == signal.SIGINT else "Terminated"


if __name__ == "__main__":
    unittest.main()
