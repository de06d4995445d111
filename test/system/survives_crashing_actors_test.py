"""An actor that fails is started again; mail goes on and nothing is lost."""

import unittest

from stagepost import Daemon, Load, Peer, SystemTest, until


class SurvivesCrashingActors(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"next_hop": [cls.peer.url], "retry": "1s"}))

    def setUp(self):
        self.peer.mails.clear()

    def crash(self, path):
        """Ends the actor and waits until another one lives there."""
        before = self.daemon.actors()[path]["restarts"]
        done = self.daemon.restart_actor(path)
        self.assertEqual(done.returncode, 0, done.stderr)

        def again():
            try:
                actor = self.daemon.actors().get(path)
            except OSError:
                return None  # it was the status page itself
            return actor and actor["restarts"] > before and actor
        actor = until(again, 15, f"{path} lives again")
        self.assertEqual(actor["last_error"], "restarted by the administrator")

    def crash_under_load(self, *paths, times=3):
        with Load(self.daemon.port, threads=4) as load:
            for _ in range(times):
                for path in paths:
                    enough = len(load.answered) + 20
                    until(lambda: len(load.answered) >= enough, 30,
                          "mail flows")
                    self.crash(path)
            enough = len(load.answered) + 20
            until(lambda: len(load.answered) >= enough, 30, "mail flows")
        try:
            until(lambda: load.answered <= set(self.peer.counts()), 30)
        except AssertionError:
            self.fail(f"lost: {load.answered - set(self.peer.counts())}")
        until(self.daemon.is_empty, 15, "the queue is empty")
        self.assertEqual(self.daemon.status()[0], 200)
        return load

    def test_a_queue_writer(self):
        load = self.crash_under_load("storage/journal-queue")
        self.assertEqual(load.lost, 0)

    def test_a_queue_reader(self):
        self.crash_under_load("storage/reader-queue")

    def test_the_status_page(self):
        load = self.crash_under_load("http/status")
        self.assertEqual((load.lost, load.refusals), (0, []))
        self.assertEqual(set(self.peer.counts().values()), {1})

    def test_the_queue_shard(self):
        self.crash_under_load("queue/queue", times=2)

    def test_the_listener(self):
        self.crash_under_load("smtp/mx", times=2)

    def test_the_resolver_and_the_clerk(self):
        self.crash_under_load("resolver", "http/clerk", times=1)

    def test_the_authenticator_and_a_hasher(self):
        self.crash_under_load("auth/authenticator", "auth/hasher-1", times=1)

    def test_a_branch_takes_its_children_with_it(self):
        self.crash_under_load("storage", times=1)

    def test_postgres(self):
        before = self.daemon.postmaster()
        self.crash_under_load("storage/postgres", times=1)
        self.assertNotEqual(self.daemon.postmaster(), before)

    def test_an_actor_that_is_not_there_is_named(self):
        done = self.daemon.restart_actor("smtp/nobody")
        self.assertEqual(done.returncode, 1)
        self.assertIn("no actor", done.stderr)


if __name__ == "__main__":
    unittest.main()
