"""Thousands of clients at once, idle, fleeting or dripping: the daemon's memory
stays bounded, and somebody with mail is served all the while."""

import collections
import errno
import os
import resource
import selectors
import socket
import sys
import time
import unittest

from stagepost import Daemon, Peer, SystemTest, send, until

IDLE = 10_000
FLEETING = 5_000
DRIPPING = 200
# Clients of one address have each 65,535 ports, and their limits.
SOURCES = [f"127.0.1.{i}" for i in range(1, 101)]


def raise_file_limit(files):
    """Lets this process have so many, and the daemon that it starts."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    assert most == resource.RLIM_INFINITY or most >= files, (
        f"{files} files are needed and {most} allowed: raise `ulimit -Hn`")
    resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))


def memory_of(pid):
    """Resident, in octets."""
    with open(f"/proc/{pid}/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


class Crowd:
    """Many connections in one thread. Use it in a `with`."""

    def __init__(self, port):
        self.port = port
        self.heard = collections.Counter()  # first lines' codes; "" is none
        self.open = {}                      # socket to what it has said
        self.begun = 0
        self._selector = selectors.DefaultSelector()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for sock in list(self.open):
            self.drop(sock)
        self._selector.close()

    def dial(self):
        sock = socket.socket()
        sock.setblocking(False)
        sock.bind((SOURCES[self.begun % len(SOURCES)], 0))
        self.begun += 1
        error = sock.connect_ex(("127.0.0.1", self.port))
        assert error in (0, errno.EINPROGRESS), os.strerror(error)
        self.open[sock] = b""
        self._selector.register(sock, selectors.EVENT_READ)

    def drop(self, sock):
        self._selector.unregister(sock)
        del self.open[sock]
        sock.close()

    def listen(self, seconds, drops=False):
        """Reads what is there; with `drops`, closes who had a first line."""
        for key, _ in self._selector.select(seconds):
            sock = key.fileobj
            try:
                octets = sock.recv(1000)
            except OSError:
                octets = b""
            is_first = b"\n" not in self.open[sock]
            self.open[sock] += octets
            whole = is_first and (not octets or b"\n" in octets)
            if whole:
                self.heard[self.open[sock][:3].decode()] += 1
            if not octets or (whole and drops):
                self.drop(sock)

    def grow(self, size, at_a_time=200, drops=False, seconds=60):
        """Dials until `size` have been greeted, or sent away."""
        end = time.monotonic() + seconds
        first, heard = self.begun, self.heard.total()
        while self.heard.total() - heard < size:
            assert time.monotonic() < end, f"{self.heard} after {seconds} s"
            waiting = self.begun - first - (self.heard.total() - heard)
            for _ in range(min(at_a_time - waiting,
                               size - (self.begun - first))):
                self.dial()
            self.listen(1, drops)


class OutlivesACrowd(SystemTest):
    @classmethod
    def setUpClass(cls):
        raise_file_limit(IDLE + 1000)
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            limits={"max_clients": 2 * IDLE, "max_clients_per_host": IDLE},
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0"},
                {"name": "slow", "address": "127.0.0.1:0",
                 "limits": {"command_time": "2s"}},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            delivery={"next_hop": [cls.peer.url]}))
        for _ in range(20):  # so that what is needed once is there
            send(cls.daemon.port())

    def crowd(self, listener="mx"):
        return self.enterContext(Crowd(self.daemon.port(listener)))

    def memory(self):
        return memory_of(self.daemon.process.pid)

    def serve(self):
        """Seconds that a message took from the connection to the 250."""
        begin = time.monotonic()
        send(self.daemon.port())
        return time.monotonic() - begin

    def tell(self, text):
        print(f"{self.id().split('.')[-1]}: {text}", file=sys.stderr)

    def leave(self, crowd):
        crowd.__exit__()
        until(lambda: self.daemon.status()[1]["clients"] == 0, 30,
              "all clients have left")

    def test_ten_thousand_that_say_nothing(self):
        before = self.memory()
        crowd = self.crowd()
        crowd.grow(IDLE)
        self.assertEqual(crowd.heard, {"220": IDLE})
        self.assertGreaterEqual(self.daemon.status()[1]["clients"], IDLE)
        took = max(self.serve() for _ in range(5))
        each = (self.memory() - before) / IDLE
        self.tell(f"{each / 1024:.1f} KiB each; a message took {took:.3f} s")
        self.assertLess(each, 32 * 1024)
        self.assertLess(took, 10)
        self.assertEqual(len(crowd.open), IDLE, "some were closed")
        self.leave(crowd)

    def test_a_thousand_connections_a_second(self):
        crowd = self.crowd()
        crowd.grow(FLEETING // 5, drops=True)
        before, begin = self.memory(), time.monotonic()
        took = []
        for _ in range(5):
            crowd.grow(FLEETING // 5, drops=True)
            took.append(self.serve())
        rate = FLEETING / (time.monotonic() - begin)
        grown = self.memory() - before
        self.tell(f"{rate:.0f} a second; {grown / 2**20:.1f} MiB more; a "
                  f"message took {max(took):.3f} s")
        self.assertEqual(set(crowd.heard), {"220"})
        self.assertLess(grown, 64 << 20)
        self.assertLess(max(took), 10)
        self.leave(crowd)

    def test_two_hundred_that_drip(self):
        before = self.memory()
        crowd = self.crowd("slow")
        crowd.grow(DRIPPING)
        took, end = [], time.monotonic() + 60
        while crowd.open:
            self.assertLess(time.monotonic(), end, "some are still there")
            for sock in list(crowd.open):
                try:
                    sock.send(b"N")
                except OSError:
                    pass  # which `listen` finds out, too
            took.append(self.serve())
            crowd.listen(0.05)
        grown = self.memory() - before
        self.tell(f"{grown / 2**20:.1f} MiB more; a message took "
                  f"{max(took):.3f} s, of {len(took)}")
        self.assertLess(grown, 32 << 20)
        self.assertLess(max(took), 10)
        self.assertEqual(crowd.heard, {"220": DRIPPING})
        until(lambda: len(self.daemon.logged("smtp client timed out"))
              >= DRIPPING, 10)
        self.leave(crowd)


if __name__ == "__main__":
    unittest.main()
