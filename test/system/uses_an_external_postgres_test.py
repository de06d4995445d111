"""`storage.postgres: postgresql://…`: what was answered 250 survives `kill -9` of
a PostgreSQL that the daemon did not start, and of both."""

import glob
import os
import shutil
import subprocess
import unittest

from stagepost import Folder, StormTest, end, free_port, until

POSTGRES = max(glob.glob("/usr/lib/postgresql/*/bin"))


class OnPostgresElsewhere(StormTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.data = cls.folder / "postgres"
        os.mkdir(cls.data, 0o700)
        cls.as_user = []
        if os.getuid() == 0:
            shutil.chown(cls.data, "postgres")
            cls.as_user = ["setpriv", "--reuid", "postgres", "--regid",
                           "postgres", "--init-groups"]
        subprocess.run(
            [*cls.as_user, f"{POSTGRES}/initdb", "-D", cls.data, "-U", "mail",
             "--auth=trust", "--no-sync", "--no-locale", "-E", "UTF8"],
            check=True, capture_output=True, cwd="/")
        cls.port = free_port()
        cls.process = None
        cls.start_postgres()
        cls.addClassCleanup(lambda: end(cls.process, how=3))
        cls.url = f"postgresql://mail@127.0.0.1:{cls.port}/postgres"

    @classmethod
    def spawn_postgres(cls):
        # The signal of a dead parent is lost when the user changes: so it is
        # set after that.
        cls.process = subprocess.Popen(
            [*cls.as_user, "setpriv", "--pdeathsig", "QUIT",
             f"{POSTGRES}/postgres", "-D", cls.data, "-p", str(cls.port),
             "-h", "127.0.0.1", "-k", ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/")

    @classmethod
    def start_postgres(cls):
        cls.spawn_postgres()

        def answers():
            # It ends at once while children of a killed one still live.
            if cls.process.poll() is not None:
                cls.spawn_postgres()
            return subprocess.run(
                [f"{POSTGRES}/pg_isready", "-q", "-h", "127.0.0.1", "-p",
                 str(cls.port)], check=False).returncode == 0
        until(answers, 60, "PostgreSQL answers")

    def crash(self, daemon, also_daemon=False):
        end(self.process)
        if also_daemon:
            daemon.kill9()
        self.start_postgres()
        if also_daemon:
            daemon.start()

    def test_postgres_is_killed(self):
        self.run_storm(self.crash, storage={"postgres": self.url})

    def test_both_are_killed(self):
        self.run_storm(lambda daemon: self.crash(daemon, True),
                       storage={"postgres": self.url})


if __name__ == "__main__":
    unittest.main()
