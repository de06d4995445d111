"""`storage.postgres: postgresql://…`: what was answered 250 survives `kill -9` of
a PostgreSQL that the daemon did not start, and of both."""

import unittest

from stagepost import Postgres, StormTest


class OnPostgresElsewhere(StormTest):
    @classmethod
    def setUpClass(cls):
        cls.postgres = Postgres()
        cls.addClassCleanup(cls.postgres.close)

    def crash(self, daemon, also_daemon=False):
        self.postgres.kill9()
        if also_daemon:
            daemon.kill9()
        self.postgres.start()
        if also_daemon:
            daemon.start()

    def test_postgres_is_killed(self):
        self.run_storm(self.crash,
                       storage={"postgres": self.postgres.make("one")})

    def test_both_are_killed(self):
        self.run_storm(lambda daemon: self.crash(daemon, True),
                       storage={"postgres": self.postgres.make("two")})


if __name__ == "__main__":
    unittest.main()
