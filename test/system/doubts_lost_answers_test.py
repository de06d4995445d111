"""An answer to the whole content that never comes leaves mail in doubt."""

import unittest

from stagepost import DROP, HANG, Daemon, Peer, SystemTest, send, until

CHUNKS = ("PIPELINING", "8BITMIME", "CHUNKING")


class DoubtsLostAnswers(SystemTest):
    policy = "retry"

    @classmethod
    def setUpClass(cls):
        def peer(how, **options):
            return cls.enterClassContext(
                Peer(answers={"CONTENT": [how, "250 2.0.0 Taken"]}, **options))

        cls.peers = {
            "drops": peer(DROP), "hangs": peer(HANG),
            "chunks": peer(DROP, extensions=CHUNKS),
            "leaves": peer("421 4.3.2 Going down"),
            "early": cls.enterClassContext(
                Peer(answers={"DATA": [DROP, "354 Go on"]})),
            "amid": cls.enterClassContext(
                Peer(answers={"BDAT": [DROP, None]}, extensions=CHUNKS))}
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"retry": "1s", "in_doubt": cls.policy,
                      "timeouts": {"dot": "1s"}, "domains": {
                          f"{name}.example": {"next_hop": [x.url]}
                          for name, x in cls.peers.items()}}))

    def sent(self, where):
        content = "Subject: test\r\n\r\nHello\r\n"
        if where == "amid":  # many chunks
            content += "A line that comes often.\r\n" * 400_000
        return send(self.daemon.port(), content, to=f"to@{where}.example")

    def doubted(self, number):
        return until(lambda: self.daemon.logged(
            f"queue in_doubt id={number}"), 20)[0]

    def arrives(self, where):
        until(self.peers[where].taken, 20, "it arrives at the second attempt")
        until(self.daemon.is_empty, 10, "the queue is empty")

    def test_what_was_answered_is_not_in_doubt(self):
        for where in "leaves", "early", "amid":
            number = self.sent(where)
            self.arrives(where)
            self.assertTrue(self.daemon.logged(f"queue deferred id={number}"))
            self.assertFalse(self.daemon.logged(f"queue in_doubt id={number}"))


class RetriesInDoubt(DoubtsLostAnswers):
    def test_it_is_tried_again(self):
        for where in "drops", "hangs", "chunks":
            number = self.sent(where)
            self.assertIn("In doubt", self.doubted(number))
            self.arrives(where)
        self.assertEqual(
            self.daemon.metrics()["stagepost_in_doubt_total"], 3)


class HoldsInDoubt(DoubtsLostAnswers):
    policy = "hold"

    def test_it_is_held(self):
        for where in "drops", "hangs", "chunks":
            number = self.sent(where)
            self.doubted(number)
            to = until(lambda w=where: [
                x for address, x in self.daemon.recipients().items()
                if address == f"to@{w}.example" and x["state"] == "held"], 30)[0]
            self.assertIn("In doubt", to["last_reply"])
            # It has not been tried again.
            self.assertFalse(self.peers[where].taken())
            self.daemon.cli("queue", "delete", number)


del DoubtsLostAnswers


if __name__ == "__main__":
    unittest.main()
