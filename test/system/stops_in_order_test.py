"""Ctrl-C under load: an end in order, for clients, mail and PostgreSQL."""

import signal
import threading
import time
import unittest

from stagepost import Daemon, Dialogue, Load, Peer, SystemTest, send, until


class StopsInOrder(SystemTest):
    def test_under_load_nothing_is_lost_or_doubled(self):
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url], "retry": "1s"}) as daemon:
            # Each third message is deferred once, so that some wait.
            seen = set()

            def content(_, mail):
                number = mail.header("X-Number")
                if int(number) % 3 or number in seen:
                    return None
                seen.add(number)
                return "451 4.3.0 Not at once"
            peer.answers["CONTENT"] = content
            answered, first = set(), 1
            for _ in range(2):
                with Load(daemon.port, threads=8, first=first) as load:
                    until(lambda: len(load.answered) >= 150, 60, "mail flows")
                    began = time.monotonic()
                    daemon.stop(30)
                    self.assertLess(time.monotonic() - began, 30)
                answered |= load.answered
                first = load.next
                for code, _ in load.refusals:
                    self.assertEqual(code, 421)
                daemon.start()
            until(lambda: answered <= set(peer.counts()), 30,
                  "all that was answered arrives")
            until(daemon.is_empty, 15, "the queue is empty")
            doubles = {k: n for k, n in peer.counts().items() if n > 1}
            self.assertEqual(doubles, {})
            daemon.stop()

    def test_idle_clients_hear_421(self):
        with Daemon() as daemon:
            with Dialogue(daemon.port()) as idle, \
                    Dialogue(daemon.port()) as midway:
                idle.reply()
                midway.reply()
                midway.say("EHLO client.example")
                midway.say("MAIL FROM:<from@sender.example>")
                daemon.stop()
                for client in (idle, midway):
                    self.assertRegex(client.reply(), r"^421 4\.3\.2 ")
                    self.assertEqual(client.reply(), "")

    def test_a_delivery_under_way_comes_to_its_end(self):
        may_answer = threading.Event()

        def slow(*_):
            may_answer.wait(20)
            return None
        with Peer(answers={"CONTENT": slow}) as peer, Daemon(
                delivery={"next_hop": [peer.url]}) as daemon:
            send(daemon.port())
            until(lambda: peer.heard("DATA"), 10, "the delivery is under way")
            daemon.process.send_signal(signal.SIGINT)
            until(lambda: daemon.logged("node stopping"), 10)
            may_answer.set()
            self.assertEqual(daemon.process.wait(timeout=30), 0)
            self.assertEqual(len(peer.taken()), 1)
            daemon.start()
            until(daemon.is_empty, 10, "it is not delivered again")
            self.assertEqual(len(peer.taken()), 1)
            daemon.stop()

    def test_sigterm_stops_too(self):
        with Daemon() as daemon:
            daemon.process.send_signal(signal.SIGTERM)
            self.assertEqual(daemon.process.wait(timeout=30), 0)


if __name__ == "__main__":
    unittest.main()
