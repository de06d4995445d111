"""`stagepost dkim` makes keys, and says what the DNS and the configuration need
of them; `stagepost check` looks at those that are named."""

import json
import os
import re
import stat
import subprocess
import unittest

from stagepost import Daemon, Folder, SystemTest, run, until

USAGE, CANT_CREATE, CONFIG = 64, 73, 78  # sysexits.h


class MakesDkimKeys(SystemTest):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)

    def configure(self, **sections):
        settings = {"listeners": [{"name": "mx", "address": "127.0.0.1:0"}]}
        return self.folder.write("stagepost.yaml",
                                 json.dumps(settings | sections, indent=1))

    def create(self, *arguments, status=0):
        done = run("dkim", "create", *arguments, "--config",
                   self.folder / "stagepost.yaml")
        self.assertEqual(done.returncode, status, done.stderr)
        return done.stdout if status == 0 else done.stderr

    def zone_is_good(self, records):
        file = self.folder.write(
            "zone", "$ORIGIN example.com.\n$TTL 60\n@ SOA ns root 1 60 60 60 60"
                    "\n@ NS ns\nns A 127.0.0.1\n" + records)
        subprocess.run(["/usr/sbin/nsd-checkzone", "example.com", file],
                       check=True, capture_output=True)

    def test_the_key_is_for_the_daemon_s_eyes_only(self):
        self.configure(node={"user": "nobody"})
        self.create("example.com", "--selector", "s1")
        file = self.folder / "dkim/example.com.s1.pem"
        about = os.stat(file)
        self.assertEqual(stat.S_IMODE(about.st_mode), 0o600)
        self.assertEqual(
            stat.S_IMODE(os.stat(self.folder / "dkim").st_mode), 0o700)
        if os.geteuid() == 0:
            done = subprocess.run(
                ["setpriv", "--reuid=nobody", "--regid=nogroup",
                 "--clear-groups", "cat", file], capture_output=True,
                check=True)
            self.assertIn(b"BEGIN PRIVATE KEY", done.stdout)

    def test_no_key_is_overwritten(self):
        self.configure()
        self.create("example.com", "--selector", "s1")
        file = self.folder / "dkim/example.com.s1.pem"
        with open(file, encoding="ascii") as opened:
            before = opened.read()
        said = self.create("example.com", "--selector", "s1",
                           status=CANT_CREATE)
        self.assertIn("is there already", said)
        with open(file, encoding="ascii") as opened:
            self.assertEqual(opened.read(), before)

    def test_what_it_prints_can_be_used_as_it_is(self):
        config = self.configure()
        zone = ""
        for arguments in (["example.com", "--selector", "r1"],
                          ["example.com", "--type", "ed25519"],
                          ["*.example.com", "--bits", "4096"]):
            said = self.create(*arguments)
            record, lines = said.split("\n# Then", 1)
            record = record.split("\n\n", 1)[1]
            zone += record
            for string in re.findall(r'"([^"]*)"', record):
                self.assertLessEqual(len(string), 255)
            lines = lines.split("\n\n", 1)[1]
            with open(config, encoding="utf-8") as file:
                first = file.read()
            both = self.folder.write("both.yaml", "include: stagepost.yaml\n"
                                     + lines)
            done = run("check", both)
            self.assertEqual((done.returncode, done.stderr), (0, ""), first)
            shown = run("dkim", "show", "--config", both)
            self.assertEqual(shown.stdout, record)
        self.zone_is_good(zone)

    def test_what_makes_no_sense_is_refused(self):
        self.configure()
        for arguments in (["no domain"], ["*.*.example.com"],
                          ["example.com", "--selector", "a b"],
                          ["example.com", "--type", "dsa"],
                          ["example.com", "--bits", "512"],
                          ["example.com", "--bits", "16384"], []):
            self.create(*arguments, status=USAGE)
        self.assertFalse(os.path.exists(self.folder / "dkim"))

    def make(self, name, *arguments, mode=0o600):
        file = self.folder / name
        subprocess.run(["openssl", "genpkey", "-out", file, *arguments],
                       check=True, capture_output=True)
        os.chmod(file, mode)
        return file

    def test_check_looks_at_the_keys(self):
        rsa = ("-algorithm", "RSA", "-pkeyopt")
        keys = [
            self.make("short.pem", *rsa, "rsa_keygen_bits:512"),
            self.make("curve.pem", "-algorithm", "EC", "-pkeyopt",
                      "ec_paramgen_curve:P-256"),
            self.folder.write("none.pem", "no key"),
            self.make("old.pem", *rsa, "rsa_keygen_bits:1024"),
            self.make("open.pem", "-algorithm", "ED25519", mode=0o644),
            self.make("good.pem", *rsa, "rsa_keygen_bits:2048"),
        ]
        lines = "".join(f"      - {{selector: s{i}, key: {x}}}\n"
                        for i, x in enumerate(keys))
        file = self.folder.write(
            "test.yaml", "listeners: [{name: mx, address: \"127.0.0.1:0\"}]\n"
            "dkim:\n  domains:\n    example.com:\n" + lines)
        done = run("check", file)
        self.assertEqual(done.returncode, CONFIG)
        wanted = [
            (8, "warning: .*old.pem holds an RSA key of 1024 bits"),
            (9, "warning: .*open.pem can be read by everybody"),
            (5, ".*short.pem holds an RSA key of 512 bits"),
            (6, ".*curve.pem holds a key of type EC"),
            (7, ".*none.pem holds no usable private key"),
        ]
        said = done.stderr.splitlines()
        self.assertEqual(len(said), len(wanted) + 1, said)
        for line, (number, words) in zip(said, wanted):
            self.assertRegex(line, f"^{file}:{number}:9: {words}")
        self.assertEqual(said[-1], "3 problems")

    def test_no_daemon_starts_with_a_key_that_is_none(self):
        file = self.folder.write("none.pem", "no key")
        daemon = Daemon(dkim={"domains": {
            "example.com": [{"selector": "s1", "key": file}]}})
        self.addCleanup(daemon.folder.remove)
        done = run("run", "--config", daemon.config, cwd=daemon.folder.path)
        self.assertEqual(done.returncode, CONFIG)
        self.assertIn("node no DKIM", done.stdout)
        self.assertIn("none.pem holds no usable private key", done.stdout)

    def test_the_daemon_warns_of_keys_it_takes_all_the_same(self):
        key = self.make("open.pem", "-algorithm", "ED25519", mode=0o644)
        with Daemon(dkim={"domains": {"example.com": [
                {"selector": "s1", "key": key}]}}) as daemon:
            told, = until(lambda: daemon.logged("node dkim key doubtful"))
            self.assertIn("can be read by everybody", told)
            daemon.hang_up()
            self.assertEqual(len(daemon.logged("node dkim key doubtful")), 1)
            daemon.stop()


if __name__ == "__main__":
    unittest.main()
