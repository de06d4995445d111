"""A PostgreSQL that no daemon started."""

import glob
import os
import shutil
import subprocess

from scratch import Folder, end, free_port, until

POSTGRES = max(glob.glob("/usr/lib/postgresql/*/bin"))


class Postgres:
    """On a port of its own. `close` it at the end."""

    def __init__(self):
        self.folder = Folder()
        self.data = self.folder / "postgres"
        os.mkdir(self.data, 0o700)
        self.as_user = []
        if os.getuid() == 0:
            shutil.chown(self.data, "postgres")
            self.as_user = ["setpriv", "--reuid", "postgres", "--regid",
                            "postgres", "--init-groups"]
        subprocess.run(
            [*self.as_user, f"{POSTGRES}/initdb", "-D", self.data, "-U",
             "mail", "--auth=trust", "--no-sync", "--no-locale", "-E",
             "UTF8"], check=True, capture_output=True, cwd="/")
        self.port = free_port()
        self.process = None
        self.start()

    def close(self):
        end(self.process, how=3)
        self.folder.remove()

    def url(self, database="postgres"):
        return f"postgresql://mail@127.0.0.1:{self.port}/{database}"

    def make(self, database):
        """An empty database. Returns its URL."""
        self.sql(f"create database {database}")
        return self.url(database)

    def sql(self, text, database="postgres"):
        """Runs SQL; gives what psql prints, without heads."""
        done = subprocess.run(
            [f"{POSTGRES}/psql", "-XAtq", "-c", text, self.url(database)],
            check=True, capture_output=True, text=True)
        return done.stdout.strip()

    def _spawn(self):
        # The signal of a dead parent is lost when the user changes: so it is
        # set after that.
        self.process = subprocess.Popen(
            [*self.as_user, "setpriv", "--pdeathsig", "QUIT",
             f"{POSTGRES}/postgres", "-D", self.data, "-p", str(self.port),
             "-h", "127.0.0.1", "-k", ""],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, cwd="/")

    def start(self):
        self._spawn()

        def answers():
            # It ends at once while children of a killed one still live.
            if self.process.poll() is not None:
                self._spawn()
            return subprocess.run(
                [f"{POSTGRES}/pg_isready", "-q", "-h", "127.0.0.1", "-p",
                 str(self.port)], check=False).returncode == 0
        until(answers, 60, "PostgreSQL answers")

    def kill9(self):
        end(self.process)
