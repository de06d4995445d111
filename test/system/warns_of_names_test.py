"""`stagepost check --dns` says what other servers will find wrong."""

import json
import unittest

from stagepost import Folder, SystemTest, Zone, free_port, run

RECORDS = """
mx A 127.0.0.1
good A 127.0.0.11
good AAAA 2001:db8::11
elsewhere A 192.0.2.99
shared A 127.0.0.14
empty TXT "no address"
"""

REVERSE = """
1.0.0 PTR mx.stagepost.example.
11.0.0 PTR good.stagepost.example.
12.0.0 PTR other.stagepost.example.
13.0.0 PTR elsewhere.stagepost.example.
14.0.0 PTR generic.stagepost.example.
14.0.0 PTR shared.stagepost.example.
"""

SIX = "1.1." + "0." * 22 + "8.b.d.0.1.0.0.2"


class WarnsOfNames(SystemTest):
    def setUp(self):
        self.zone = self.enterContext(Zone(RECORDS, others={
            "127.in-addr.arpa": REVERSE,
            "ip6.arpa": SIX + " PTR good.stagepost.example."}))
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def check(self, egress, status=0, servers=None):
        """What is said of these settings; the warnings and the rest."""
        file = self.folder.write("stagepost.yaml", json.dumps({
            "node": {"hostname": "mx.stagepost.example"},
            "listeners": [{"name": "mx", "address": "127.0.0.1:0"}],
            "dns": {"servers": servers or [self.zone.server]},
            "egress": egress}))
        done = run("check", "--dns", file)
        self.assertEqual(done.returncode, status, done.stderr)
        self.assertIn("stagepost.yaml: ok", done.stdout)
        said = [x.removeprefix("warning: ")
                for x in done.stderr.splitlines()]
        return said, done.stdout

    def rule(self, ip, hostname):
        return {"rules": [{"ip": ip, "hostname": hostname}]}

    def test_nothing_is_said_where_all_agrees(self):
        for egress in (
                {}, {"addresses": ["127.0.0.1"]},
                self.rule(["127.0.0.11", "2001:DB8::11"],
                          "good.stagepost.example"),
                {"pools": {"p": [{"ip": "127.0.0.11",
                                  "hostname": "good.stagepost.example"}]}}):
            warned, said = self.check(egress)
            self.assertEqual(warned, [], egress)
            self.assertIn("names and addresses of `egress`: ok", said)

    def test_what_differs_is_told(self):
        name = "good.stagepost.example"
        table = {
            ("127.0.0.21", name): [
                f"{name} has the address 2001:db8::11, 127.0.0.11, not "
                "127.0.0.21",
                f"127.0.0.21 has no PTR record; EHLO says {name}"],
            ("127.0.0.12", name): [
                f"{name} has the address 2001:db8::11, 127.0.0.11, not "
                "127.0.0.12",
                "127.0.0.12 has the name other.stagepost.example; EHLO says "
                + name,
                "other.stagepost.example has no address record; it should "
                "have 127.0.0.12"],
            ("127.0.0.13", "elsewhere.stagepost.example"): [
                "elsewhere.stagepost.example has the address 192.0.2.99, not "
                "127.0.0.13"],
            # Of two names one is right, the other has to be as true.
            ("127.0.0.14", "shared.stagepost.example"): [
                "generic.stagepost.example has no address record; it should "
                "have 127.0.0.14"],
            ("127.0.0.11", "empty.stagepost.example"): [
                "empty.stagepost.example has no address record; it should "
                "have 127.0.0.11",
                f"127.0.0.11 has the name {name}; EHLO says "
                "empty.stagepost.example"],
            ("127.0.0.11", "[127.0.0.11]"): [],
        }
        for (ip, hostname), expected in table.items():
            self.assertEqual(self.check(self.rule(ip, hostname))[0], expected)

    def test_the_default_name_wants_an_address(self):
        self.assertEqual(
            self.check({"default_hostname": "gone.stagepost.example"})[0],
            ["gone.stagepost.example has no address record"])

    def test_servers_that_do_not_answer_are_named(self):
        nobody = [f"127.0.0.1@{free_port()}"]
        said, _ = self.check({"addresses": ["127.0.0.1"]}, servers=nobody)
        self.assertEqual(len(said), 2, said)
        self.assertIn("the addresses of mx.stagepost.example can't be found",
                      said[0])
        self.assertIn("the PTR record of 127.0.0.1 can't be found", said[1])

    def test_without_the_flag_nobody_is_asked(self):
        file = self.folder.write("stagepost.yaml", json.dumps({
            "listeners": [{"name": "mx", "address": "127.0.0.1:0"}],
            "egress": {"addresses": ["127.0.0.99"]}}))
        done = run("check", file)
        self.assertEqual((done.returncode, done.stderr), (0, ""))


if __name__ == "__main__":
    unittest.main()
