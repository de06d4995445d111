"""A server's limits (RFC 9422) are kept, and nobody waits for a retry."""

import threading
import unittest

from stagepost import Daemon, Peer, SystemTest, send, until


class SplitsRecipients(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer(
            extensions=("PIPELINING", "LIMITS RCPTMAX=2 MAILMAX=3")))
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"retry": "1h", "domains": {"stagepost.example": {
                "next_hop": [cls.peer.url], "connections": 1}}}))

    def setUp(self):
        self.peer.mails.clear()

    def test_all_are_reached_two_at_a_time(self):
        everybody = [f"r{i}@stagepost.example" for i in range(5)]
        send(self.daemon.port(), to=everybody)
        until(lambda: len(self.peer.taken()) == 3, 10, "all of it arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")
        mails = self.peer.taken()
        self.assertEqual([len(x.recipients) for x in mails], [2, 2, 1])
        self.assertEqual(sum((x.recipients for x in mails), []), everybody)
        self.assertEqual(len({x.content for x in mails}), 1)

    def test_a_full_connection_keeps_nobody_waiting(self):
        for _ in range(4):
            self.peer.mails.clear()
            everybody = [f"r{i}@stagepost.example" for i in range(8)]
            send(self.daemon.port(), to=everybody)
            until(lambda: len(self.peer.taken()) == 4, 10, "all of it arrives")
        until(self.daemon.is_empty, 10, "the queue is empty")

    def test_a_connection_carries_no_more_than_the_server_takes(self):
        for i in range(7):
            send(self.daemon.port(), to=[f"r{i}@stagepost.example"])
        until(lambda: len(self.peer.taken()) == 7, 10, "all of it arrives")
        by_connection = {}
        for mail in self.peer.taken():
            by_connection.setdefault(mail.connection, []).append(mail)
        self.assertLessEqual(max(map(len, by_connection.values())), 3)


class LosesTheServer(SystemTest):
    def test_only_who_was_answered_is_delivered(self):
        waiting = threading.Event()

        def take_the_first(connection, _):
            waiting.wait(10)
            connection.peer.refuse()

        with Peer(extensions=("LIMITS RCPTMAX=2 MAILMAX=1",),
                  answers={"CONTENT": take_the_first}) as peer, \
                Daemon(delivery={"retry": "1h", "domains": {
                    "stagepost.example": {"next_hop": [peer.url],
                                          "connections": 1}}}) as daemon:
            send(daemon.port(),
                 to=[f"first{i}@stagepost.example" for i in range(3)])
            until(lambda: peer.heard("DATA"), 10, "its content comes")
            send(daemon.port(), to=["second@stagepost.example"])
            waiting.set()
            until(lambda: len(daemon.logged("queue deferred")) == 2, 10,
                  "the others wait")
            self.assertEqual([x.recipients for x in peer.taken()],
                             [["first0@stagepost.example",
                               "first1@stagepost.example"]])
            self.assertEqual(len(daemon.logged("queue delivered")), 2)
            self.assertEqual(set(daemon.recipients()),
                             {"first2@stagepost.example",
                              "second@stagepost.example"})


if __name__ == "__main__":
    unittest.main()
