"""SIGHUP: what can change changes for what begins after it, what can't is
named in the log, and a file with an error in it changes nothing."""

import json
import unittest

from stagepost import (Daemon, Dialogue, Peer, SystemTest, free_port, run,
                       send, until)


def mail_and_recipient(client):
    client.say("RSET")
    client.say("MAIL FROM:<a@b.example>")
    return client.say("RCPT TO:<x@refused.example>")


class RereadsItsConfiguration(SystemTest):
    routes = [{"recipient": "@refused.example", "to": "reject",
               "reply": "550 5.7.1 No"}, {"to": "relay"}]

    def enter(self, port):
        client = self.enterContext(Dialogue(port))
        greeting = client.reply()
        client.say("EHLO client.example")
        return client, greeting

    def test_what_changes_counts_for_the_next_session(self):
        with Daemon(routes=self.routes) as daemon:
            before, _ = self.enter(daemon.port())
            self.assertEqual(mail_and_recipient(before), "550 5.7.1 No")

            def change(x):
                x["routes"][0]["reply"] = "550 5.1.1 Not here either"
                x["listeners"][0]["banner"] = "Hello again"
                x["limits"] = {"message_size": "64KiB"}
            daemon.edit(change)
            said = daemon.hang_up()
            self.assertFalse([x for x in said if "needs a restart" in x])
            self.assertIn(
                'changed="limits.message_size, listeners.mx.banner, routes"',
                " ".join(said))

            after, greeting = self.enter(daemon.port())
            self.assertIn("Hello again", greeting)
            self.assertIn("SIZE 65536", after.say("EHLO client.example"))
            self.assertEqual(mail_and_recipient(after),
                             "550 5.1.1 Not here either")
            # Who was here is still, by the rules that it came in by.
            self.assertEqual(mail_and_recipient(before), "550 5.7.1 No")
            detail = json.loads(daemon.ask("/status/detail")[1])
            self.assertEqual(detail["limits"]["message_size"], 65536)
            daemon.stop()

    def test_an_error_in_the_file_changes_nothing(self):
        with Daemon(routes=self.routes) as daemon:
            with open(daemon.config, encoding="utf-8") as file:
                good = file.read()
            bad = good.replace("550 5.7.1 No", "550 5.1.1 Other") \
                      .replace('"retry"', '"retyr"')
            daemon.folder.write("stagepost.yaml", bad)
            said = daemon.hang_up("node configuration not read again")
            line = next(i for i, x in enumerate(bad.splitlines(), 1)
                        if "retyr" in x)
            column = bad.splitlines()[line - 1].index('"retyr"') + 1
            self.assertTrue(any(
                f"{daemon.config}:{line}:{column}: unknown key `retyr`" in x
                for x in said), said)
            client, _ = self.enter(daemon.port())
            self.assertEqual(mail_and_recipient(client), "550 5.7.1 No")
            # Mended, it is taken.
            daemon.folder.write("stagepost.yaml",
                                bad.replace('"retyr"', '"retry"'))
            daemon.hang_up()
            client, _ = self.enter(daemon.port())
            self.assertEqual(mail_and_recipient(client), "550 5.1.1 Other")
            daemon.stop()

    def test_mail_goes_to_another_next_hop(self):
        with Peer() as one, Peer() as other, Daemon(
                delivery={"next_hop": [one.url]}) as daemon:
            send(daemon.port())
            until(one.taken, 10)
            daemon.edit(lambda x: x["delivery"].update(next_hop=[other.url]))
            daemon.hang_up()
            send(daemon.port())
            until(other.taken, 10)
            self.assertEqual(len(one.taken()), 1)
            daemon.stop()

    def test_what_waits_goes_there_when_an_order_lets_it_go(self):
        with Peer(answers={"RCPT": ["451 4.2.1 Not now"] * 2}) as one, \
                Peer() as other, Daemon(
                    delivery={"next_hop": [one.url], "retry": "1h"}) as daemon:
            for to in ("a@x.example", "b@x.example"):
                send(daemon.port(), to=to)
            until(lambda: len(daemon.logged("queue deferred")) == 2, 10)
            daemon.edit(lambda x: x["delivery"].update(next_hop=[other.url]))
            daemon.hang_up()
            daemon.cli("queue", "retry", "--all")
            until(lambda: len(other.taken()) == 2, 10)
            daemon.stop()

    def test_what_waits_for_a_dead_host_leaves_it_at_once(self):
        dead = f"smtp://127.0.0.1:{free_port()}"
        with Peer() as other, Daemon(
                delivery={"next_hop": [dead], "retry": "1h"}) as daemon:
            for to in ("a@x.example", "b@x.example", "c@x.example"):
                send(daemon.port(), to=to)
            until(lambda: daemon.logged("queue destination down"), 10)
            until(lambda: daemon.logged("queue deferred"), 10)
            daemon.edit(lambda x: x["delivery"].update(next_hop=[other.url]))
            daemon.hang_up()
            until(lambda: len(other.taken()) == 2, 10, "those in line go")
            daemon.cli("queue", "retry", "--all")
            until(lambda: len(other.taken()) == 3, 10, "the probe as well")
            daemon.stop()

    def test_a_template_that_is_a_folder_is_a_problem_like_others(self):
        with Daemon(outlets={"jobs": {
                "type": "http", "url": "http://127.0.0.1:1/"}}) as daemon:
            daemon.edit(lambda x: x["outlets"]["jobs"].update(
                failure_mail={"text": "/tmp"}))
            daemon.hang_up("node configuration not read again")
            self.assertEqual(daemon.status()[0], 200)
            done = run("check", daemon.config)
            self.assertRegex(done.stderr, r"stagepost\.yaml:\d+:\d+: .*text.* "
                             "can't be read from `/tmp`: Is a directory")
            daemon.stop()

    def test_what_needs_a_restart_is_named(self):
        with Daemon() as daemon:
            port = daemon.port()

            def change(x):
                x["node"]["threads"] = 1
                x["listeners"][0]["address"] = "127.0.0.1:1"
                x["listeners"].append({"name": "late", "protocol": "smtp",
                                       "address": "127.0.0.1:2"})
                x["dns"] = {"servers": ["127.0.0.1@2"]}
            daemon.edit(change)
            daemon.hang_up()
            until(lambda: len(daemon.logged("node needs a restart")) == 4, 5)
            named = " ".join(daemon.logged("node needs a restart"))
            for what in ("node.threads", "dns.servers", "listeners.mx.address",
                         '"listeners.late (added)"'):
                self.assertIn(f"what={what}", named)
            send(port)
            daemon.stop()


if __name__ == "__main__":
    unittest.main()
