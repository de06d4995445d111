"""The real daemon, in a folder of its own and on free ports."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import unittest

from scratch import Folder, end, is_running, start, until

PROGRAM = os.path.abspath(os.environ.get("STAGEPOST") or os.path.join(
    os.path.dirname(__file__), "../../build/release/stagepost"))

SANITIZER = re.compile(
    r"AddressSanitizer|ThreadSanitizer|LeakSanitizer|runtime error:")


def run(*arguments, **options):
    """Runs a command of the program to its end."""
    return subprocess.run([PROGRAM, *map(str, arguments)], text=True,
                          capture_output=True, timeout=60, check=False,
                          **options)


class SystemTest(unittest.TestCase):
    """A test that shows the daemons' logs when it fails."""

    def run(self, result=None):
        before = len(result.failures) + len(result.errors)
        super().run(result)
        if len(result.failures) + len(result.errors) > before:
            for daemon in Daemon.alive:
                daemon.show_log()


class Daemon:
    """Use it in a `with`; what it started is gone after it.

    Keyword arguments are sections of the configuration; of a mapping the keys
    left out have the values here, a list replaces the one here. `environment`
    is what the daemon gets on top of ours.
    """

    alive = []

    def __init__(self, log_format="text", environment=None, **sections):
        self.folder = Folder()
        self.data = self.folder / "var"
        self.log_format = log_format
        self.environment = environment or {}
        self.process = None
        self._log_begins = 0
        settings = {
            "node": {"hostname": "mx.stagepost.example",
                     "data_dir": self.data, "threads": 2},
            "listeners": [
                {"name": "mx", "protocol": "smtp", "address": "127.0.0.1:0"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            "routes": [{"to": "relay"}],
            "outlets": {"relay": {"type": "queue"}},
            "delivery": {"retry": "1s"},
            # Nobody: a test that asks has a name server of its own.
            "dns": {"servers": ["127.0.0.1@1"]},
        }
        for name, section in sections.items():
            if isinstance(section, dict):
                section = settings.get(name, {}) | section
            settings[name] = section
        # JSON is YAML.
        self.config = self.folder.write(
            "stagepost.yaml", json.dumps(settings, indent=2))

    def __enter__(self):
        self.alive.append(self)
        try:
            return self.start()
        except BaseException:
            self.__exit__(*sys.exc_info())
            raise

    def __exit__(self, kind, *_):
        try:
            end(self.process)
            self._end_postgres()
            text = self.log()
            if kind:
                self.show_log()
        finally:
            self.alive.remove(self)
            self.folder.remove()
        assert kind or not SANITIZER.search(text), text

    def _end_postgres(self):
        pid = self.postmaster()
        if not pid or not is_running(pid):
            return
        os.kill(pid, signal.SIGQUIT)
        try:
            until(lambda: not is_running(pid), 20)
        except AssertionError:
            os.kill(pid, signal.SIGKILL)

    # Its life

    def start(self):
        self.spawn()
        until(self._is_ready, 60, "the daemon is ready")
        return self

    def start_and_read(self):
        """Starts it, and waits until its shard is read and takes orders."""
        self.start()
        return self.has_read()

    def has_read(self):
        until(lambda: " shard ready " in self.log_since_start(), 60,
              "the queue is read")
        return self

    def spawn(self):
        """Starts it without waiting until it is ready."""
        path = self.folder / "log"
        self._log_begins = os.path.getsize(path) if os.path.exists(path) else 0
        with open(path, "ab") as log:
            self.process = start(
                [PROGRAM, "run", "--config", self.config,
                 "--log-format", self.log_format],
                stdout=log, stderr=subprocess.STDOUT, cwd=self.folder.path,
                env=os.environ | self.environment)

    def _is_ready(self):
        status = self.process.poll()
        if status is not None:
            raise AssertionError(f"the daemon ended with status {status}")
        return re.search(r'node ready |"ready"', self.log_since_start())

    def stop(self, seconds=30):
        """Ctrl-C. It must end in order, and its PostgreSQL with it."""
        pid = self.postmaster()
        self.process.send_signal(signal.SIGINT)
        status = self.process.wait(timeout=seconds)
        assert status == 0, f"exit status {status}"
        assert not (pid and is_running(pid)), "PostgreSQL was left behind"

    def kill9(self):
        end(self.process)

    def postmaster(self):
        """The process id of the private PostgreSQL; None if there is none."""
        try:
            with open(os.path.join(self.data, "postgres/postmaster.pid"),
                      encoding="utf-8") as file:
                return int(file.readline())
        except (FileNotFoundError, ValueError):
            return None

    def postgres_processes(self):
        """All of its processes, the first one first."""
        first = self.postmaster()
        children = []
        for name in filter(str.isdigit, os.listdir("/proc")):
            try:
                with open(f"/proc/{name}/stat", encoding="utf-8") as file:
                    parent = int(file.read().rsplit(")", 1)[1].split()[1])
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent == first:
                children.append(int(name))
        return [first, *children]

    def kill9_postgres(self):
        os.kill(self.postmaster(), signal.SIGKILL)

    def edit(self, change):
        """Changes the configuration file; `change` gets it as a mapping."""
        with open(self.config, encoding="utf-8") as file:
            settings = json.load(file)
        change(settings)
        self.folder.write("stagepost.yaml", json.dumps(settings, indent=2))

    def hang_up(self, event="node configuration read again"):
        """Sends SIGHUP. Returns what is logged for it, once `event` is."""
        before = len(self.log().splitlines())
        fresh = lambda: self.log().splitlines()[before:]
        self.process.send_signal(signal.SIGHUP)
        until(lambda: any(f" {event} " in x for x in fresh()), 10, event)
        return fresh()

    # What it says

    def log(self):
        try:
            with open(self.folder / "log", encoding="utf-8",
                      errors="replace") as file:
                return file.read()
        except FileNotFoundError:
            return ""

    def show_log(self):
        lines = self.log().splitlines()
        bad = [x for x in lines[:-30] if " info " not in x]
        print("\nthe daemon's log, warnings and end:", *bad[-30:],
              *lines[-30:], sep="\n  ", file=sys.stderr)

    def log_since_start(self):
        with open(self.folder / "log", "rb") as file:
            file.seek(self._log_begins)
            return file.read().decode("utf-8", "replace")

    def logged(self, event):
        """The lines of an event, such as "queue deferred"."""
        return [line for line in self.log().splitlines()
                if f" {event} " in line]

    def port(self, listener="mx"):
        text = self.log_since_start()
        found = (re.search(rf"listener={listener} address=\S*:(\d+)", text)
                 or re.search(rf'"listener":"{listener}","address":'
                              r'"[^"]*:(\d+)"', text))
        if not found:
            raise ConnectionRefusedError(f"{listener} does not listen yet")
        return int(found[1])

    # What it shows

    @property
    def socket(self):
        return os.path.join(self.data, "control.sock")

    def cli(self, *arguments, status=0):
        """Runs a command that talks to the daemon; gives what it printed."""
        done = run(*arguments, "--socket", self.socket)
        assert status is None or done.returncode == status, (
            f"{arguments}: status {done.returncode}: {done.stderr}")
        return done.stdout if done.returncode == 0 else done.stderr

    def restart_actor(self, path):
        return run("actors", "--socket", self.socket, "restart", path)

    def queue(self, *filters):
        return json.loads(self.cli("queue", "list", "--json", *filters))

    def recipients(self):
        """Of all messages in the queue, by address."""
        return {to["address"]: to for message in self.queue()["messages"]
                for to in message["recipients"]}

    def is_empty(self):
        done = run("queue", "list", "--json", "--socket", self.socket)
        # Its database may be starting, after a crash.
        return (done.returncode == 0
                and json.loads(done.stdout)["totals"]["messages"] == 0)

    def ask(self, path, method="GET"):
        """Asks the status listener. Returns status and body."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", self.port("status"), timeout=20)
        try:
            connection.request(method, path)
            answer = connection.getresponse()
            return answer.status, answer.read().decode()
        finally:
            connection.close()

    def status(self):
        code, body = self.ask("/status")
        return code, json.loads(body)

    def actors(self):
        """The tree, by path."""
        return {x["path"]: x for x in json.loads(self.ask("/actors")[1])}

    def metrics(self):
        """Name (with labels) and value."""
        lines = self.ask("/metrics")[1].splitlines()
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1])
                for line in lines if line and not line.startswith("#")}
