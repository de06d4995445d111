"""The cases: each measures the peer and Stagepost in turn."""

import contextlib
import statistics
import time

import load
import processes
from processes import Trouble
from servers import SilentHop, Sink, Stagepost

# Before the first measurement: caches, plans and memory pools fill.
_WARM_UP = 500

# smtp-sink takes a quarter of a MiB for each client: that many will do.
_MOST_IDLE_AT_SINK = 1000

# A server at rest may still be writing: this long, its CPU time counts too.
_SETTLE = 1.0


def _measured(server, messages, work):
    """Runs `work`. @returns Figures per 1,000 messages."""
    before = server.cpu()
    began = time.monotonic()
    work()
    seconds = time.monotonic() - began
    time.sleep(_SETTLE)
    after = server.cpu()
    figures = {who: (after[who] - before[who]) * 1000 / messages
               for who in after}
    figures["rate"] = messages / seconds
    return figures


class Accept:
    """Messages taken and made durable, and not delivered."""

    def __init__(self, options, reuse, *outlet):
        self._options = options
        self._reuse = reuse
        self._outlet = outlet

    @contextlib.contextmanager
    def servers(self):
        with contextlib.ExitStack() as all_of_them:
            def keep(x):
                all_of_them.callback(x.close)
                return x
            hop = keep(SilentHop())
            yield [keep(Sink()),
                   keep(Stagepost(self._options.binary, hop.port, 1,
                                  *self._outlet))]

    def warm_up(self, server):
        self._send(server, _WARM_UP)

    def measure(self, server):
        n = self._options.messages
        before = server.received()
        figures = _measured(server, n, lambda: self._send(server, n))
        if before is not None and server.received() - before != n:
            raise Trouble(f"not all of {n} messages were taken")
        return figures

    def _send(self, server, n):
        load.send(server.port, n, self._reuse, self._options.content)


class Relay(Accept):
    """Messages taken, made durable and delivered to another smtp-sink."""

    @contextlib.contextmanager
    def servers(self):
        with contextlib.ExitStack() as all_of_them:
            def keep(x):
                all_of_them.callback(x.close)
                return x
            target = keep(Sink())
            yield [keep(Sink()),
                   keep(Stagepost(self._options.binary, target.port, 20))]

    def _send(self, server, n):
        super()._send(server, n)
        if isinstance(server, Stagepost):
            server.wait_until("delivered_total", server.received(), 600)


class Command(Accept):
    """Messages given to a program, /bin/true: how many a second, and how long
    one client at rest waits for each reply."""

    _REPLIES = 300

    def __init__(self, options):
        super().__init__(options, True, "{type: command, run: /bin/true}")

    def measure(self, server):
        figures = super().measure(server)
        figures["reply_ms"] = statistics.median(
            load.reply_times(server.port, self._REPLIES))
        return figures


class Idle:
    """Memory of connections that have greeted and wait."""

    def __init__(self, options):
        self._options = options
        self._at_rest = {}

    @contextlib.contextmanager
    def servers(self):
        n = self._options.idle
        processes.raise_file_limit(n + 1000)
        with contextlib.ExitStack() as all_of_them:
            def keep(x):
                all_of_them.callback(x.close)
                return x
            hop = keep(SilentHop())
            yield [keep(Sink(_MOST_IDLE_AT_SINK + 1)),
                   keep(Stagepost(self._options.binary, hop.port, 1))]

    def warm_up(self, server):
        with load.idle_clients(server.port, 100):
            pass
        self._wait_until_gone(server)
        time.sleep(_SETTLE)
        # Once: the heap keeps what clients leave, and later ones come for free.
        self._at_rest[server.name] = processes.resident_kib(server.pid)

    def measure(self, server):
        n = self._options.idle
        if isinstance(server, Sink):
            n = min(n, _MOST_IDLE_AT_SINK)
        before = self._at_rest[server.name]
        with load.idle_clients(server.port, n):
            time.sleep(_SETTLE)
            figures = {
                "kib": (processes.resident_kib(server.pid) - before) / n}
        self._wait_until_gone(server)
        return figures

    @staticmethod
    def _wait_until_gone(server):
        end = time.monotonic() + 60
        while (isinstance(server, Stagepost) and server.count("clients") > 0
               and time.monotonic() < end):
            time.sleep(0.05)


def all_cases(options):
    """By name, in the order they are run."""
    return {
        "reuse": Accept(options, reuse=True),
        "connect": Accept(options, reuse=False),
        "relay": Relay(options, reuse=True),
        "command": Command(options),
        "idle": Idle(options),
    }
