"""What the program says to its user on the command line."""

import os
import unittest

from stagepost import Daemon, SystemTest, run, send, until

USAGE, UNAVAILABLE = 64, 69  # sysexits.h


class TakesCommands(SystemTest):
    def test_a_command_that_is_none_is_named(self):
        rows = [
            (["nonsense"], "there is no command `nonsense`; there are: run, "),
            (["stauts"], "`stauts`; did you mean `status`?"),
            (["queue", "lst"], "`queue lst`; did you mean `queue list`?"),
            (["actors", "restrat"],
             "`actors restrat`; did you mean `actors restart`?"),
        ]
        for arguments, words in rows:
            done = run(*arguments)
            self.assertEqual(done.returncode, USAGE, arguments)
            self.assertIn(words, done.stderr)

    def test_other_mistakes_are_told_as_they_are(self):
        for arguments, words in [([], "A subcommand is required"),
                                 (["status", "--nonsense"], "--nonsense"),
                                 (["queue", "show"], "ID is required")]:
            done = run(*arguments)
            self.assertEqual(done.returncode, USAGE, arguments)
            self.assertIn(words, done.stderr)
            self.assertNotIn("no command", done.stderr)

    def test_one_is_not_told_as_many(self):
        with Daemon(delivery={"next_hop": ["smtp://127.0.0.1:1"],
                              "retry": "1h"}) as daemon:
            for _ in range(2):
                send(daemon.port())
            until(lambda: daemon.logged("queue destination down"), 15)
            until(lambda: daemon.queue()["totals"]["messages"] == 2, 15)
            ids = [x["id"] for x in daemon.queue()["messages"]]
            self.assertIn("in the queue: 2 messages,",
                          daemon.cli("queue", "list"))
            self.assertEqual(daemon.cli("queue", "delete", ids[0]),
                             "1 message is deleted\n")
            until(lambda: daemon.queue()["totals"]["messages"] == 1, 5)
            self.assertIn("in the queue: 1 message,",
                          daemon.cli("queue", "list"))
            self.assertEqual(daemon.cli("queue", "retry", ids[1]),
                             "1 recipient is due now\n")
            daemon.stop()

    def test_the_environment_names_a_daemon_and_the_option_another(self):
        with Daemon(node={"name": "one"}) as one, \
                Daemon(node={"name": "other"}) as other:
            one_set = dict(os.environ, STAGEPOST_CONFIG=one.config)
            self.assertIn("node: one\n", run("status", env=one_set).stdout)
            self.assertIn("node: other\n", run(
                "status", "--config", other.config, env=one_set).stdout)
            self.assertIn("node: other\n", run(
                "status", "--socket", other.socket, env=one_set).stdout)

    def test_run_takes_the_option_before_the_environment(self):
        folder = self.enterContext(Daemon()).folder
        named = folder.write("named.yaml", "nonsense: 1\n")
        unwanted = folder.write("unwanted.yaml", "nonsense: 2\n")
        set_so = dict(os.environ, STAGEPOST_CONFIG=unwanted)
        self.assertIn(unwanted, run("run", env=set_so).stderr)
        done = run("run", "--config", named, env=set_so)
        self.assertIn(named, done.stderr)
        self.assertNotIn(unwanted, done.stderr)


if __name__ == "__main__":
    unittest.main()
