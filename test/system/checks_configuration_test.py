"""A wrong configuration is told whole, and nothing starts with it."""

import json
import re
import socket
import unittest

from stagepost import (Daemon, Folder, SystemTest, make_certificate,
                       run)

USAGE, OS_ERROR, CONFIG = 64, 71, 78  # sysexits.h

WRONG = """\
node: {hostname: "mx_bad host"}
listeners:
  - {name: mx, addres: "127.0.0.1:25"}
  - {name: mx, address: "127.0.0.1:70000"}
routes:
  - {to: realy}
outlets: {relay: {type: queue}, jobs: {type: mailbox}}
limits: {message_size: many}
cluster: {listen: "127.0.0.1:4690"}
"""

# Line and column, and what the message must name.
FAULTS = [
    ("1:18", "mx_bad host"), ("3:5", "`address` is missing"),
    ("3:16", "did you mean `address`"), ("4:12", "`mx`"), ("4:25", "70000"),
    ("6:10", "did you mean `relay`"), ("7:46", "not available"),
    ("8:24", "50MiB"), ("9:1", "cluster"),
]


class ChecksConfiguration(SystemTest):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def check_faults(self, said, file):
        lines = said.splitlines()
        for place, words in FAULTS:
            found = [x for x in lines if x.startswith(f"{file}:{place}: ")]
            self.assertEqual(len(found), 1, (place, said))
            self.assertIn(words, found[0])
        return lines

    def test_check_tells_every_fault_with_line_and_column(self):
        file = self.folder.write("wrong.yaml", WRONG)
        done = run("check", file)
        self.assertEqual(done.returncode, CONFIG)
        lines = self.check_faults(done.stderr, file)
        self.assertEqual(lines[len(FAULTS):], ["9 problems"])

    def test_run_refuses_it_with_the_same_words(self):
        file = self.folder.write("wrong.yaml", WRONG)
        done = run("run", "--config", file, cwd=self.folder.path)
        self.assertEqual(done.returncode, CONFIG)
        self.check_faults(done.stderr, file)

    def test_check_loads_certificates_as_the_daemon_does(self):
        one = make_certificate(self.folder, "one.example")
        other = make_certificate(self.folder, "other.example")
        text = self.folder.write("text.pem", "no PEM\n")
        pairs = [(one[0], one[1], None),
                 (one[0], other[1], "does not belong to the certificate"),
                 (text, one[1], "holds no usable certificate"),
                 (other[0], text, "holds no usable private key")]
        lines = ["listeners: [{name: mx, address: \"127.0.0.1:0\"}]",
                 "routes: [{to: reject}]", "tls:", "  certificates:"]
        lines += [f"    - {{certificate: {crt}, key: {key}}}"
                  for crt, key, _ in pairs]
        file = self.folder.write("tls.yaml", "\n".join(lines) + "\n")
        done = run("check", file)
        self.assertEqual(done.returncode, CONFIG, done.stdout)
        said = done.stderr.splitlines()
        self.assertEqual(said[-1], "3 problems")
        for i, (_, _, why) in enumerate(pairs):
            found = [x for x in said if x.startswith(f"{file}:{i + 5}:7: ")]
            self.assertEqual(len(found), 1 if why else 0, said)
            if why:
                self.assertIn(why, found[0])

    def test_check_loads_what_it_is_to_believe(self):
        none = self.folder.write("none", "Nothing to believe in\n")
        file = self.folder.write("anchors.yaml", f"""\
node: {{hostname: a.example}}
listeners: [{{name: mx, protocol: smtp, address: "127.0.0.1:0"}}]
routes: [{{to: x}}]
outlets:
  x: {{type: http, url: "https://a.example/", authority: {none}}}
  y: {{type: command, run: [/bin/true], user: nobody-here}}
delivery: {{ca_file: {none}}}
dns: {{servers: [127.0.0.1@1], trust_anchor: {none}}}
""")
        done = run("check", file)
        self.assertEqual(done.returncode, 78)
        for key, why in (("delivery.ca_file", "no certificate"),
                         (":5:57: outlets.x.authority", "no certificate"),
                         (":6:46: outlets.y.user", "no user `nobody-here`"),
                         ("dns.trust_anchor", "holds no DNSKEY")):
            self.assertRegex(done.stderr, f"{key}: .*{why}")
        started = run("run", "--config", file, cwd=self.folder.path)
        self.assertEqual(started.returncode, 78)
        self.assertIn("delivery.ca_file: ", started.stderr + started.stdout)

    def test_a_good_file_is_ok(self):
        daemon = Daemon()
        self.addCleanup(daemon.folder.remove)
        done = run("check", daemon.config)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        self.assertIn("ok", done.stdout)

    def test_broken_yaml_has_a_place_too(self):
        file = self.folder.write("broken.yaml", "listeners:\n  - {name: [mx}\n")
        done = run("check", file)
        self.assertEqual(done.returncode, CONFIG)
        self.assertRegex(done.stderr, re.escape(file) + r":\d+:\d+: ")

    def test_a_missing_file_is_named(self):
        done = run("run", "--config", self.folder / "nothing.yaml")
        self.assertEqual(done.returncode, CONFIG)
        self.assertIn("nothing.yaml", done.stderr)
        self.assertIn("No such file", done.stderr)

    def test_a_port_in_use_is_told(self):
        with socket.create_server(("127.0.0.1", 0)) as other:
            port = other.getsockname()[1]
            daemon = Daemon(listeners=[
                {"name": "mx", "address": f"127.0.0.1:{port}"}])
            self.addCleanup(daemon.folder.remove)
            done = run("run", "--config", daemon.config)
        self.assertEqual(done.returncode, OS_ERROR)
        said = done.stdout + done.stderr
        self.assertIn(f"127.0.0.1:{port}", said)
        self.assertRegex(said, "(?i)address already in use")

    def test_a_missing_certificate_is_told(self):
        daemon = Daemon(
            tls={"certificates": [{"certificate": "none.crt",
                                   "key": "none.key"}]},
            listeners=[{"name": "mx", "address": "127.0.0.1:0",
                        "tls": "starttls"}])
        self.addCleanup(daemon.folder.remove)
        done = run("run", "--config", daemon.config)
        self.assertEqual(done.returncode, CONFIG)
        self.assertIn("none.crt", done.stdout + done.stderr)

    def test_a_database_that_is_not_there_is_told(self):
        daemon = Daemon(storage={
            "postgres": "postgresql://mail@127.0.0.1:1/mail"})
        self.addCleanup(daemon.folder.remove)
        done = run("run", "--config", daemon.config)
        self.assertNotEqual(done.returncode, 0)
        self.assertRegex(done.stdout + done.stderr, "(?i)refused")

    def test_a_second_daemon_on_the_same_data_is_refused(self):
        with Daemon() as daemon:
            done = run("run", "--config", daemon.config)
            self.assertNotEqual(done.returncode, 0)
            self.assertIn(daemon.data, done.stdout + done.stderr)
            self.assertEqual(daemon.status()[0], 200)
            daemon.stop()

    def test_an_unknown_command_is_a_usage_error(self):
        self.assertEqual(run("nonsense").returncode, USAGE)
        self.assertEqual(run("queue").returncode, USAGE)

    def test_help_and_version_are_no_errors(self):
        self.assertIn("Subcommands", run("--help").stdout)
        self.assertRegex(run("--version").stdout, r"^stagepost \d+\.\d+")
        for command in ("run", "check", "status", "actors", "queue", "domain",
                        "mailbox", "password"):
            self.assertEqual(run(command, "--help").returncode, 0)

    def test_a_command_without_a_daemon_says_so(self):
        done = run("status", "--socket", self.folder / "control.sock")
        self.assertNotIn(done.returncode, (0, None))
        self.assertIn("control.sock", done.stderr)

    def test_environment_variables_come_in(self):
        daemon = Daemon(node={"hostname": "${TEST_HOST:-default.example}"})
        self.addCleanup(daemon.folder.remove)
        with daemon:
            self.assertEqual(json.loads(daemon.cli("status", "--json"))
                             ["hostname"], "default.example")


if __name__ == "__main__":
    unittest.main()
