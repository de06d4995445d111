"""What was answered 250 survives `kill -9` of the daemon, of its PostgreSQL, and
of both, under load. Doubles are allowed after a crash; losses never are."""

import os
import subprocess
import unittest

from stagepost import StormTest


class OnItsOwnPostgres(StormTest):
    def test_the_daemon_is_killed(self):
        def crash(daemon):
            daemon.kill9()
            daemon.start()
        self.run_storm(crash)

    def test_postgres_is_killed(self):
        self.run_storm(lambda daemon: daemon.kill9_postgres())

    def test_a_backend_of_postgres_is_killed(self):
        def crash(daemon):
            found = subprocess.run(
                ["pgrep", "-P", str(daemon.postmaster()), "-f",
                 r"postgres: .*\[local\]"],  # whatever it is doing now
                text=True, capture_output=True, check=True)
            os.kill(int(found.stdout.split()[0]), 9)
        self.run_storm(crash)

    def test_both_are_killed(self):
        def crash(daemon):
            daemon.kill9_postgres()
            daemon.kill9()
            daemon.start()
        self.run_storm(crash)


if __name__ == "__main__":
    unittest.main()
