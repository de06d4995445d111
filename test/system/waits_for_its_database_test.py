"""PostgreSQL is gone and can't be started: nobody is told 250, /status says so,
and mail is taken again by itself when it is back."""

import contextlib
import os
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, send, until


class WaitsForItsDatabase(SystemTest):
    @contextlib.contextmanager
    def without_postgres(self, daemon):
        """Without this file it can't be started again."""
        control = os.path.join(daemon.data, "postgres/global/pg_control")
        os.rename(control, control + ".away")
        daemon.kill9_postgres()
        # Its children may still do a commit until they notice.
        until(lambda: daemon.logged("storage postgres died")
              and "postgres not started" in daemon.log(), 15)
        try:
            yield
        finally:
            os.rename(control + ".away", control)

    def try_it(self, daemon, peer):
        with self.without_postgres(daemon), \
                Dialogue(daemon.port(), seconds=40) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say("MAIL FROM:<a@b.example>")
            client.say("RCPT TO:<to@stagepost.example>")
            client.say("DATA")
            # Who was here already waits for a while, and hears of it then.
            self.assertRegex(client.say("Subject: x\r\n\r\nx\r\n."),
                             r"^451 4\.3\.0 ")
            until(lambda: daemon.status()[0] == 503, 30, "/status says 503")
            self.assertEqual(daemon.status()[1]["status"], "unhealthy")
            self.assertEqual(daemon.metrics()["stagepost_healthy"], 0)
            daemon.cli("status", status=1)
            # Who comes now is told at once.
            client.say("MAIL FROM:<a@b.example>")
            client.say("RCPT TO:<to@stagepost.example>")
            self.assertRegex(client.say("DATA"), r"^451 4\.3\.0 ")
        until(lambda: daemon.status()[0] == 200, 30, "it is back")
        send(daemon.port())
        until(lambda: peer.taken(), 10, "mail flows again")
        daemon.stop()

    def test_in_the_middle_of_its_work(self):
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url]}) as daemon:
            send(daemon.port())
            until(peer.taken, 10)
            peer.mails.clear()
            self.try_it(daemon, peer)

    def test_before_the_queue_was_read(self):
        """The daemon is ready, its shard has not taken its rows over yet."""
        with Peer() as peer, Daemon(
                delivery={"next_hop": [peer.url]}) as daemon:
            self.try_it(daemon, peer)


if __name__ == "__main__":
    unittest.main()
