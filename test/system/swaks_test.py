"""What the README tells a new user to try."""

import subprocess
import unittest

from stagepost import (Daemon, Folder, Peer, SystemTest, make_certificate,
                       until)


class Swaks(SystemTest):
    @classmethod
    def setUpClass(cls):
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        certificate, key = make_certificate(folder)
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": certificate, "key": key}]},
            listeners=[{"name": "mx", "address": "127.0.0.1:0",
                        "tls": "starttls"},
                       {"name": "smtps", "address": "127.0.0.1:0",
                        "tls": "implicit"}],
            delivery={"next_hop": [cls.peer.url]}))

    def swaks(self, *options, listener="mx"):
        self.peer.mails.clear()
        done = subprocess.run(
            ["swaks", "--server", f"127.0.0.1:{self.daemon.port(listener)}",
             "--from", "from@sender.example", "--to", "to@stagepost.example",
             "--helo", "client.example", *options],
            text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        self.assertIn("250 2.0.0 Queued as ", done.stdout)
        until(self.peer.taken, 15, "mail arrives")
        return self.peer.taken()[0].header("Received")

    def test_plain(self):
        self.assertIn("with ESMTP id", self.swaks())

    def test_tls(self):
        self.assertIn("with ESMTPS id", self.swaks("--tls"))

    def test_tls_on_connect(self):
        self.assertIn("with ESMTPS id",
                      self.swaks("--tls-on-connect", listener="smtps"))

    def test_pipelining(self):
        self.swaks("--pipeline")

    def test_an_attachment(self):
        self.swaks("--attach", "@/etc/services")

    def test_the_line_that_the_log_offers(self):
        line = self.daemon.log().split('try="')[1].split('"')[0]
        self.peer.mails.clear()
        subprocess.run(line.split() + ["--from", "me@sender.example"],
                       check=True, capture_output=True, timeout=60)
        until(self.peer.taken, 15, "mail arrives")
        self.assertEqual(self.peer.taken()[0].recipients, ["you@example.com"])


if __name__ == "__main__":
    unittest.main()
