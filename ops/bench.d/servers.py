"""The servers that are measured, and what stands behind them."""

import contextlib
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import processes
from processes import Trouble

_CONFIGURATION = """\
node: {{name: bench, hostname: bench.example.com, data_dir: {data}}}
listeners:
  - {{name: mx, protocol: smtp, address: "127.0.0.1:0"}}
  - {{name: status, protocol: http, address: "127.0.0.1:0"}}
limits: {{max_clients: 100000, max_clients_per_host: 100000, queue_memory: 4GiB}}
routes: [{{to: out}}]
outlets: {{out: {outlet}}}
delivery:
  next_hop: ["smtp://127.0.0.1:{next_hop}"]
  connections: {connections}
"""


def free_port():
    """One that the kernel gives to nobody who asks for any."""
    while True:
        port = random.randrange(10240, 32768)
        try:
            with socket.create_server(("127.0.0.1", port)):
                return port
        except OSError:
            pass  # somebody's


def tool(name):
    """Of Debian's package postfix, which keeps them from users' paths."""
    found = shutil.which(name, path=os.environ.get("PATH", "") + ":/usr/sbin")
    if not found:
        raise Trouble(f"there is no {name}: apt-get install postfix")
    return found


class Sink:
    """smtp-sink: takes everything, keeps nothing."""

    name = "smtp-sink"

    def __init__(self, most_clients=1000):
        self.port = free_port()
        command = [tool("smtp-sink"), "-m", str(most_clients)]
        if os.geteuid() == 0:
            command += ["-u", "nobody"]
        self._process = subprocess.Popen(
            command + [f"127.0.0.1:{self.port}", "4096"],
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.pid = self._process.pid
        try:
            processes.wait_for("smtp-sink", 10, self._answers, self._process)
        except BaseException:
            self.close()
            raise

    def _answers(self):
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
            return True
        except ConnectionRefusedError:
            return False

    def cpu(self):
        return {"server": processes.cpu_seconds(self.pid)}

    def received(self):
        return None  # it does not tell; smtp-source fails if not all are

    def close(self):
        processes.stop(self._process)
        self._process.stderr.close()


class SilentHop:
    """A next hop that is there and never greets: the system completes the one
    connection that a delivery opens, and the worker waits for minutes. So a
    message is taken and made durable, and its delivery costs nothing."""

    def __init__(self):
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=8)
        self.port = self._socket.getsockname()[1]

    def close(self):
        self._socket.close()


class Stagepost:
    """The daemon with its private PostgreSQL, in a directory that goes with
    it."""

    name = "stagepost"

    def __init__(self, binary, next_hop, connections,
                 outlet="{type: queue}"):
        with contextlib.ExitStack() as undo:
            # PostgreSQL runs as another user, who has to get in.
            self._top = Path(tempfile.mkdtemp(prefix="stagepost-bench-"))
            undo.callback(shutil.rmtree, self._top, ignore_errors=True)
            self._top.chmod(0o755)
            config = self._top / "bench.yaml"
            config.write_text(_CONFIGURATION.format(
                data=self._top / "var", next_hop=next_hop,
                connections=connections, outlet=outlet))
            self._log = self._top / "log"
            with open(self._log, "wb") as log:
                self._process = subprocess.Popen(
                    [binary, "run", "--config", str(config)],
                    stdin=subprocess.DEVNULL, stdout=log,
                    stderr=subprocess.STDOUT)
            self.pid = self._process.pid
            undo.callback(self._end)
            try:
                processes.wait_for("stagepost", 90, self._is_ready,
                                   self._process)
            except Trouble as why:
                raise Trouble(f"{why}\n{self._log.read_text()[-2000:]}") from why
            self._postmaster = int(
                (self._top / "var/postgres/postmaster.pid")
                .read_text().split()[0])
            self._undo = undo.pop_all()

    def _is_ready(self):
        text = self._log.read_text(errors="replace")
        if " shard ready " not in text:
            return False
        found = dict(re.findall(
            r" listening listener=(\w+) address=127\.0\.0\.1:(\d+)", text))
        if set(found) != {"mx", "status"}:
            return False
        self.port = int(found["mx"])
        self._status = f"http://127.0.0.1:{found['status']}/metrics"
        return True

    def cpu(self):
        return {"server": processes.cpu_seconds(self.pid),
                "postgres": processes.family_cpu_seconds(self._postmaster)}

    def count(self, name):
        """One of the daemon's own counters."""
        with urllib.request.urlopen(self._status, timeout=30) as answer:
            text = answer.read().decode()
        return float(re.search(rf"^stagepost_{name} (\S+)$", text, re.M)[1])

    def received(self):
        return self.count("received_messages_total")

    def wait_until(self, name, value, limit):
        end = time.monotonic() + limit
        while self.count(name) < value:
            if time.monotonic() > end:
                raise Trouble(f"{name} is {self.count(name):.0f} after "
                              f"{limit} s, not {value:.0f}")
            time.sleep(0.05)

    def _end(self):
        processes.stop(self._process)
        # A daemon that was killed may leave its PostgreSQL.
        postmaster = getattr(self, "_postmaster", None)
        if postmaster:
            with contextlib.suppress(ProcessLookupError):
                if (self._top / "var/postgres/postmaster.pid").exists():
                    os.kill(postmaster, signal.SIGQUIT)

    def close(self):
        self._undo.close()
