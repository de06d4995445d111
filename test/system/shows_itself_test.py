"""What an operator sees: HTTP pages, commands, the log."""

import json
import os
import re
import socket
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, send, until


class Pages(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(
            Daemon(delivery={"next_hop": [cls.peer.url]}))

    def test_status_is_small_and_200(self):
        code, status = self.daemon.status()
        self.assertEqual(code, 200)
        self.assertEqual(status["status"], "ok")
        self.assertEqual(status["clients"], 0)
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            self.assertEqual(self.daemon.status()[1]["clients"], 1)
        until(lambda: self.daemon.status()[1]["clients"] == 0)

    def test_detail_names_ports_limits_and_shards(self):
        detail = json.loads(self.daemon.ask("/status/detail")[1])
        ports = {x["name"]: x["port"] for x in detail["listeners"]}
        self.assertEqual(ports, {"mx": self.daemon.port(),
                                 "status": self.daemon.port("status")})
        self.assertEqual(detail["limits"]["max_clients"], 10000)
        shard, = detail["shards"]
        self.assertEqual((shard["name"], shard["healthy"]), ("queue", True))
        self.assertEqual(detail["hostname"], "mx.stagepost.example")

    def test_actors_are_a_whole_tree(self):
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            send(self.daemon.port())
            until(self.peer.taken, 10)
            tree = self.daemon.actors()
            for path in ("root", "storage", "storage/postgres",
                         "storage/journal-queue", "storage/reader-queue",
                         "storage/directory",
                         "resolver", "auth", "auth/hasher-1",
                         "auth/hasher-2", "auth/authenticator",
                         "queue", "queue/queue", "smtp",
                         "smtp/mx", "http", "http/status", "http/control"):
                self.assertIn(path, tree)
            local = client.sock.getsockname()[1]
            self.assertIn(f"smtp/mx/127.0.0.1:{local}", tree)
            self.assertTrue([x for x in tree if x.startswith("queue/queue/")])
            for path in tree:
                self.assertIn(path.rpartition("/")[0] or "root", tree)
            shard = tree["queue/queue"]
            self.assertEqual(shard["state"], "running")
            self.assertGreater(shard["handled"], 0)
            self.assertGreater(shard["cpu_ms"], 0)
            self.assertEqual((shard["restarts"], shard["waiting"]), (0, 0))
            self.assertIsNone(shard["last_error"])
            self.assertRegex(shard["started"], r"^\d{4}-\d\d-\d\dT.*Z$")

    def test_a_restart_shows_why_in_words(self):
        self.daemon.restart_actor("http/clerk")
        clerk = until(lambda: (lambda x: x and x["restarts"] and x)(
            self.daemon.actors().get("http/clerk")), 10)
        self.assertIsInstance(clerk["last_error"], str)
        self.assertIn("restarted by the administrator", clerk["last_error"])

    def test_metrics_are_prometheus(self):
        before = self.daemon.metrics()["stagepost_received_messages_total"]
        send(self.daemon.port())
        lines = self.daemon.ask("/metrics")[1].splitlines()
        typed, helped = set(), set()
        for line in lines:
            if line.startswith("# TYPE "):
                _, _, name, kind = line.split(" ")
                self.assertIn(kind, ("counter", "gauge", "histogram"))
                self.assertEqual(kind == "counter", name.endswith("_total"))
                typed.add(name)
            elif line.startswith("# HELP "):
                helped.add(line.split(" ")[2])
            else:
                self.assertRegex(
                    line, r"^stagepost_[a-z_]+(\{[^{}]*\})? [0-9.e+-]+$")
                self.assertIn(re.match(r"[a-z_]+", line)[0], typed)
        self.assertEqual(typed, helped)
        self.assertEqual(
            self.daemon.metrics()["stagepost_received_messages_total"],
            before + 1)
        self.assertEqual(self.daemon.metrics()["stagepost_healthy"], 1)

    def test_metrics_count_what_the_database_holds(self):
        """By and by: the first reading has it counted."""
        name = 'stagepost_queue_stored_recipients{shard="queue",state="held"}'
        until(lambda: self.daemon.metrics().get(name) == 0, 10)

    def test_other_paths_are_403_and_other_methods_405(self):
        for path in ("/", "/queue", "/actors/restart", "/status/", "/../etc"):
            self.assertEqual(self.daemon.ask(path)[0], 403, path)
        for method in ("POST", "PUT", "DELETE", "OPTIONS"):
            self.assertEqual(self.daemon.ask("/status", method)[0], 405)
        self.assertEqual(self.daemon.ask("/actors/restart", "POST")[0], 405)
        self.assertEqual(self.daemon.ask("/status", "HEAD"), (200, ""))

    def test_a_body_in_chunks_harms_nobody(self):
        """Such a body's end in pieces made Boost.Beast 1.81 abort."""
        with socket.create_connection(
                ("127.0.0.1", self.daemon.port("status")), 10) as client:
            client.sendall(b"POST /status HTTP/1.1\r\nHost: x\r\n"
                           b"Transfer-Encoding: chunked\r\n\r\n0\r\n")
            self.assertTrue(client.recv(100).startswith(b"HTTP/1.1 411 "))
        self.assertEqual(self.daemon.status()[0], 200)

    def test_the_control_socket_is_the_owners_alone(self):
        self.assertEqual(os.stat(self.daemon.socket).st_mode & 0o077, 0)


class Commands(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"next_hop": [cls.peer.url], "retry": "1h"}))

    def setUp(self):
        self.peer.mails.clear()
        self.peer.answers["RCPT"] = "451 4.2.1 Not now"

    def tearDown(self):
        self.daemon.cli("queue", "delete", "--all")
        until(self.daemon.is_empty)

    def deferred(self, **options):
        number = send(self.daemon.port(), **options)
        until(lambda: self.daemon.logged(f"queue deferred id={number}"), 10)
        until(lambda: "deferred" in self.daemon.cli("queue", "show", number))
        return number

    def test_status_for_people_and_programs(self):
        self.assertIn("status: ok", self.daemon.cli("status"))
        self.assertEqual(json.loads(self.daemon.cli("status", "--json"))
                         ["status"], "ok")

    def test_actors_for_people_and_programs(self):
        self.assertRegex(self.daemon.cli("actors"), r"(?m)^queue/queue +running")
        tree = json.loads(self.daemon.cli("actors", "--json"))
        self.assertIn("queue/queue", [x["path"] for x in tree])

    def test_options_may_come_last(self):
        self.daemon.cli("actors", "restart", "http/status")
        until(lambda: self.daemon.metrics()
              ["stagepost_actor_restarts_total"] == 1, 10)

    def test_the_queue_lists_what_waits_and_why(self):
        number = self.deferred()
        text = self.daemon.cli("queue", "list")
        for words in (number, "<from@sender.example>", "451 4.2.1 Not now",
                      "<to@stagepost.example>", "1 message,"):
            self.assertIn(words, text)
        message, = self.daemon.queue()["messages"]
        self.assertEqual(message["id"], number)
        metrics = self.daemon.metrics()
        self.assertEqual(
            metrics['stagepost_queue_stored_messages{shard="queue"}'], 1)
        self.assertEqual(metrics['stagepost_queue_stored_recipients'
                                 '{shard="queue",state="deferred"}'], 1)
        self.assertEqual(message["recipients"][0]["state"], "deferred")

    def test_the_queue_is_filtered(self):
        one = self.deferred(to="a@one.example")
        two = self.deferred(to="b@two.example", sender="x@other.example")
        ids = lambda *x: [y["id"] for y in self.daemon.queue(*x)["messages"]]
        self.assertEqual(ids(), [one, two])
        self.assertEqual(ids("--domain", "two.example"), [two])
        self.assertEqual(ids("--sender", "from@sender.example"), [one])
        self.assertEqual(ids("--sender", "@other.example"), [two])
        self.assertEqual(ids("--state", "deferred"), [one, two])
        self.assertEqual(ids("--state", "held"), [])
        self.assertEqual(ids("--older", "1h"), [])

    def test_show_tells_the_story_also_afterwards(self):
        number = self.deferred()
        self.assertRegex(self.daemon.cli("queue", "show", number),
                         r"(?s)accepted.*deferred.*451 4\.2\.1 Not now")
        self.peer.answers.clear()
        self.daemon.cli("queue", "retry", number)
        until(self.daemon.is_empty, 10)
        story = json.loads(self.daemon.cli("queue", "show", number, "--json"))
        self.assertFalse(story["in_queue"])
        self.assertEqual([x["event"] for x in story["events"]],
                         ["accepted", "deferred", "delivered"])

    def test_show_of_what_never_was_says_so(self):
        done = self.daemon.cli("queue", "show", "0000000000000", status=None)
        self.assertRegex(done, "(?i)no |not ")

    def test_retry_delivers_at_once(self):
        number = self.deferred()
        self.peer.answers.clear()
        self.daemon.cli("queue", "retry", number)
        until(self.peer.taken, 5, "it is delivered at once")
        until(self.daemon.is_empty, 5)

    def test_retry_takes_a_filter_and_json(self):
        self.deferred(to="a@one.example")
        self.deferred(to="b@two.example")
        self.peer.answers.clear()
        done = json.loads(self.daemon.cli(
            "queue", "retry", "--domain", "two.example", "--json"))
        self.assertEqual(done["count"], 1)
        until(self.peer.taken, 5)
        self.assertEqual(self.peer.taken()[0].recipients, ["b@two.example"])
        until(lambda: len(self.daemon.queue()["messages"]) == 1, 5)

    def test_delete_drops_one_and_tells_nobody(self):
        one, two = self.deferred(), self.deferred()
        self.daemon.cli("queue", "delete", one)
        until(lambda: [x["id"] for x in self.daemon.queue()["messages"]]
              == [two], 5)
        self.assertNotIn(f"about={one}", self.daemon.log())
        story = json.loads(self.daemon.cli("queue", "show", one, "--json"))
        self.assertEqual(story["events"][-1]["event"], "deleted")

    def test_delete_of_everything_must_be_meant(self):
        self.deferred()
        self.daemon.cli("queue", "delete", status=64)
        self.assertFalse(self.daemon.is_empty())


class Log(SystemTest):
    def test_every_line_is_json(self):
        with Peer(answers={"RCPT": ["550 5.1.1 \"No\" \\ \x01 ü",
                                    "250 ok"]}) as peer, \
                Daemon(log_format="json",
                       delivery={"next_hop": [peer.url]}) as daemon:
            send(daemon.port())
            send(daemon.port())
            daemon.kill9_postgres()
            until(lambda: daemon.status()[0] == 200 and "died" in daemon.log(),
                  15)
            send(daemon.port())
            daemon.stop()
            events = []
            for line in daemon.log().splitlines():
                event = json.loads(line)
                self.assertRegex(event.get("time") or event.get("at"),
                                 r"^\d{4}-\d\d-\d\dT")
                events.append(event)
            self.assertTrue([x for x in events if "delivered" in x.values()])


if __name__ == "__main__":
    unittest.main()
