"""Load, crashes, and the count of what was lost."""

import sys
import threading

from client import Load
from daemon import Daemon, SystemTest
from peer import Peer
from scratch import until


class StormTest(SystemTest):
    """Cases call `run_storm` with a function that crashes something."""

    def storm(self, daemon, peer, crash, crashes=2):
        """Sends mail, lets it be delivered in part, crashes, goes on."""
        # Four of five messages wait for their second attempt, so that at any
        # moment much is queued, deferred and under way.
        lock, seen = threading.Lock(), set()

        def content(_, mail):
            number = mail.header("X-Number")
            with lock:
                if number in seen or int(number) % 5 == 0:
                    return None
                seen.add(number)
            return "451 4.3.0 Not at once"

        peer.answers["CONTENT"] = content
        with Load(daemon.port, threads=8) as load:
            for _ in range(crashes):
                enough = len(load.answered) + 100
                until(lambda: len(load.answered) >= enough, 60, "mail flows")
                until(lambda: len(peer.taken()) > 20, 30, "mail arrives")
                crash()
                enough = len(load.answered) + 50
                until(lambda: len(load.answered) >= enough, 60,
                      "mail flows again")
        answered = set(load.answered)
        missing = lambda: answered - set(peer.counts())
        try:
            until(lambda: not missing(), 60)
        except AssertionError:
            self.fail(f"{len(missing())} of {len(answered)} are missing: "
                      f"{sorted(missing())[:20]}")
        until(daemon.is_empty, 30, "the queue is empty")
        doubles = sum(n - 1 for n in peer.counts().values())
        print(f"{self.id().split('.')[-1]}: {len(answered)} answered 250, "
              f"0 missing, {doubles} delivered twice, {load.lost} connections "
              f"lost, {len(load.refusals)} refused", file=sys.stderr)

    def run_storm(self, crash, **sections):
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url], "retry": "1s"},
                limits={"max_clients_per_host": 1000},
                **sections) as daemon:
            self.storm(daemon, peer, lambda: crash(daemon))
            daemon.stop()
