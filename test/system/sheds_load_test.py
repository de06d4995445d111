"""When disk or memory runs short, what is new is put off, and what is under
way goes on."""

import os
import unittest

from stagepost import Daemon, Dialogue, Peer, SystemTest, until


def all_is_read(port):
    """Whether nothing waits in the sockets of a local port."""
    with open("/proc/net/tcp", encoding="ascii") as file:
        for line in file.readlines()[1:]:
            _, local, remote, state, queues = line.split()[:5]
            ports = [int(x.split(":")[1], 16) for x in (local, remote)]
            if state == "01" and port in ports and int(
                    queues.replace(":", ""), 16):
                return False
    return True


class ShedsLoad(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())

    def daemon(self, **limits):
        return self.enterContext(Daemon(
            limits=limits, delivery={"next_hop": [self.peer.url]}))

    def client(self, daemon):
        client = self.enterContext(Dialogue(daemon.port()))
        self.assertRegex(client.reply(), "^220 ")
        client.say("EHLO client.example")
        return client

    def begun(self, daemon):
        """A client whose content is due."""
        client = self.client(daemon)
        client.say("MAIL FROM:<a@b.example>")
        client.say("RCPT TO:<to@stagepost.example>")
        self.assertEqual(client.say("DATA")[:3], "354")
        return client

    def sent(self, client):
        client.say("RSET")
        for line, code in (("MAIL FROM:<a@b.example>", "250"),
                           ("RCPT TO:<to@stagepost.example>", "250"),
                           ("DATA", "354"), ("Subject: a\r\n\r\nx\r\n.",
                                             "250")):
            self.assertEqual(client.say(line)[:3], code, line)

    def test_a_crowd_makes_idle_and_clumsy_clients_leave(self):
        daemon = self.daemon(max_clients=10, stress=20)
        alone = self.client(daemon)
        for _ in range(3):  # one client is no crowd
            self.assertRegex(alone.say("BLAH"), "^500 ")
        idle = self.client(daemon)
        clumsy = self.client(daemon)
        self.assertRegex(clumsy.say("BLAH"), "^(500|421) ")
        self.assertRegex(clumsy.say("BLAH"), "^(421 |$)")
        busy = self.client(daemon)
        self.sent(busy)
        self.assertRegex(idle.reply(), r"^421 4\.4\.2 ")

    def test_a_disk_that_fills_up_stops_new_mail(self):
        daemon = self.daemon(free_disk=0)
        room = os.statvfs(daemon.folder.path)
        free = room.f_bavail * room.f_frsize

        def leave(octets, level):
            """Asks for that room to be left, and waits until it is felt."""
            daemon.edit(lambda x: x["limits"].update(free_disk=octets))
            daemon.hang_up()
            until(lambda: daemon.metrics()["stagepost_load_level"] == level,
                  10, f"load level {level}")

        stays = self.client(daemon)
        under_way = self.begun(daemon)
        self.sent(self.client(daemon))

        # Less than is to be left, more than half of it.
        leave(free * 3 // 2, 1)
        self.assertRegex(stays.say("MAIL FROM:<a@b.example>"),
                         r"^452 4\.3\.1 ")
        self.assertRegex(
            self.client(daemon).say("MAIL FROM:<a@b.example>"),
            r"^452 4\.3\.1 ")
        self.assertRegex(under_way.say("Subject: a\r\n\r\nx\r\n."), "^250 ")
        self.assertTrue(until(lambda: daemon.logged("node runs short"), 10))

        # Less than half of it.
        leave(free * 4, 2)
        with Dialogue(daemon.port()) as client:
            self.assertRegex(client.reply(), r"^421 4\.3\.2 ")
            self.assertEqual(client.reply(), "")
        self.assertRegex(stays.say("NOOP"), "^250 ")
        self.assertRegex(stays.say("MAIL FROM:<a@b.example>"), "^452 ")
        self.assertTrue(until(lambda: daemon.logged("node runs out"), 10))

        leave(free // 4, 0)
        self.sent(stays)
        self.sent(self.client(daemon))

    def test_memory_that_fills_up_stops_new_mail(self):
        daemon = self.daemon(content_memory="4MiB")
        big = b"Subject: big\r\n\r\n" + (b"x" * 998 + b"\r\n") * 800
        late = self.client(daemon)
        clients = [self.begun(daemon) for _ in range(7)]
        for client in clients:
            client.write(big)
        until(lambda: all_is_read(daemon.port()), 20, "all has been read")
        # Five of seven found room, and nobody else does.
        self.assertGreaterEqual(daemon.metrics()["stagepost_load_level"], 1)
        self.assertRegex(late.say("MAIL FROM:<a@b.example>"), r"^452 4\.3\.1 ")
        self.assertLess(daemon.metrics()["stagepost_incoming_octets"], 4 << 20)
        # Mail is read to its end, and only there is it refused.
        replies = [client.say(".")[:9] for client in clients]
        self.assertIn("452 4.3.1", replies)
        self.assertGreaterEqual(replies.count("250 2.0.0"), 4, replies)
        self.assertEqual(set(replies), {"250 2.0.0", "452 4.3.1"})

        # What was refused comes again, on the same connection.
        until(lambda: daemon.metrics()["stagepost_incoming_octets"] == 0, 10,
              "the memory is free")
        self.sent(late)
        again = clients[replies.index("452 4.3.1")]
        self.sent(again)

    def test_one_large_message_takes_no_more_memory_than_its_share(self):
        daemon = self.daemon(content_memory="4MiB", message_size="100MiB")
        client = self.begun(daemon)
        for _ in range(40):
            client.write((b"x" * 998 + b"\r\n") * 1000)
        self.assertRegex(client.say("."), "^250 ")
        until(lambda: len(self.peer.taken()) and daemon.is_empty(), 20,
              "mail arrives")
        self.sent(client)


if __name__ == "__main__":
    unittest.main()
