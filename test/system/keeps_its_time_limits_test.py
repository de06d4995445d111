"""A server that answers late, or octet by octet, holds nothing up for longer
than the limit of what it should have answered."""

import time
import unittest

from stagepost import Daemon, Peer, SystemTest, send, until

LIMITS = {"connect": "2s", "greeting": "1s", "command": "1s", "data": "1s",
          "content": "1s", "dot": "1s"}


def drip(connection, _):
    """One octet after the other of an answer that has no end."""
    closed = connection.peer.closed
    try:
        while not closed.wait(0.05):
            connection.sock.sendall(b"2")
    except OSError:
        pass
    return "421 4.4.2 Gone"


def drip_lines(connection, _):
    """One line after the other of an answer that has no end."""
    closed = connection.peer.closed
    try:
        while not closed.wait(0.05):
            connection.sock.sendall(b"250-and\r\n")
    except OSError:
        pass
    return "421 4.4.2 Gone"


class KeepsItsTimeLimits(SystemTest):
    PHASES = ("CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "CONTENT")
    KEYS = {"connect": "greeting", "data": "data", "content": "dot"}

    @classmethod
    def setUpClass(cls):
        cls.peers = {}
        for kind, answer in ("drips", drip), ("lines", drip_lines):
            for phase in cls.PHASES:
                cls.peers[f"{kind}-{phase.lower()}"] = cls.enterClassContext(
                    Peer(answers={phase: answer}, extensions=("8BITMIME",)))
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"retry": "1h", "timeouts": LIMITS, "domains": {
                f"{name}.example": {"next_hop": [peer.url]}
                for name, peer in cls.peers.items()}}))

    def test_no_phase_can_be_dragged_on(self):
        began = time.monotonic()
        numbers = {name: send(self.daemon.port(), to=f"to@{name}.example")
                   for name in self.peers}
        for name, number in numbers.items():
            with self.subTest(name):
                # Once the whole content was sent, nobody knows.
                event = "in_doubt" if "content" in name else "deferred"
                line = until(lambda n=number, e=event: self.daemon.logged(
                    f"queue {e} id={n}"), 20, f"{name} is given up")[0]
                if name.startswith("drips"):
                    self.assertRegex(line, r"within 1 s \(delivery\.timeouts\."
                                     + self.KEYS.get(name[6:], "command"))
        self.assertLess(time.monotonic() - began, 30)


if __name__ == "__main__":
    unittest.main()
