"""Two shards on two PostgreSQLs: each has its part of the queue, and one that
is away does not stop the other."""

import json
import smtplib
import time
import unittest

from stagepost import Daemon, Peer, Postgres, SystemTest, send, until


class KeepsShardsApart(SystemTest):
    def setUp(self):
        self.servers = [Postgres(), Postgres()]
        for x in self.servers:
            self.addCleanup(x.close)
        self.opened = False
        self.number = 0
        self.peer = self.enterContext(Peer(answers={
            "CONTENT": lambda *_: None if self.opened else "451 4.3.0 Later"}))
        self.daemon = self.enterContext(Daemon(
            storage={"postgres": self.servers[0].make("one"),
                     "shards": ["q1", {
                         "name": "q2",
                         "postgres": self.servers[1].make("two")}]},
            delivery={"next_hop": [self.peer.url], "retry": "2s"}))

    def send(self):
        self.number += 1
        try:
            send(self.daemon.port(), f"X-Number: {self.number}\r\n\r\nx\r\n")
            return True
        except smtplib.SMTPResponseException:
            self.number -= 1
            return False

    def rows(self, which):
        return int(self.servers[which].sql(
            "select count(*) from mail.queue_message", ("one", "two")[which]))

    def healthy(self):
        detail = json.loads(self.daemon.ask("/status/detail")[1])
        return {x["name"]: x["healthy"] for x in detail["shards"]}

    def test_a_database_goes_away_and_comes_back(self):
        for _ in range(10):
            self.assertTrue(self.send())
        self.assertEqual([self.rows(0), self.rows(1)], [5, 5])
        self.servers[1].kill9()
        until(lambda: self.send() is False
              or self.healthy() == {"q1": True, "q2": False}, 40,
              "the second shard is known to be away")
        until(lambda: self.healthy() == {"q1": True, "q2": False}, 20,
              "only the second shard is away")
        for _ in range(5):
            self.assertTrue(self.send())
        self.assertEqual(self.daemon.status()[0], 200)
        self.servers[1].start()
        until(lambda: self.healthy() == {"q1": True, "q2": True}, 30,
              "both are there again")
        self.opened = True
        until(lambda: len(self.peer.counts()) >= self.number, 40,
              "all the mail arrives")
        until(lambda: self.rows(0) + self.rows(1) == 0, 20,
              "both are empty")

    def test_limits_of_a_destination_count_for_all_shards(self):
        self.opened = True
        self.daemon.edit(lambda x: x["delivery"].update(rate=4,
                                                        connections=2))
        self.daemon.hang_up()
        began = time.monotonic()
        for _ in range(10):
            self.send()
        until(lambda: len(self.peer.counts()) == 10, 40, "all arrive")
        # Each shard has sent five, at two a second: the first one at once.
        self.assertGreater(time.monotonic() - began, 1.9)
        self.assertEqual(self.peer.connections, 2)


if __name__ == "__main__":
    unittest.main()
