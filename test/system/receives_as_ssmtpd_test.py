"""`stagepost receive`: mail for a program, without a file or a database, by the
options that ssmtpd had."""

import json
import os
import re
import signal
import smtplib
import ssl
import subprocess
import unittest
import urllib.request

from stagepost import (PROGRAM, Folder, end, free_port, make_certificate, run,
                       start, until)

LOGIN = """#!/bin/sh
[ "$SSMTPD_USERNAME" = printer ] && [ "$SSMTPD_PASSWORD" = "sec ret" ]
"""

PROCESS = """#!/bin/sh
echo "$#:$1" > "$(dirname "$0")/user"
cat > "$(dirname "$0")/message"
grep -q "^Subject: bad" "$(dirname "$0")/message" || exit 0
echo "that is no scan" >&2
exit 1
"""


class Receiver:
    """The command, on a free port. Use it in a `with`."""

    def __init__(self, folder, *options):
        self.folder = folder
        self.command = [PROGRAM, "receive", "--hostname", "mx.ssmtpd.example",
                        "--port", "0", "--process", folder / "process",
                        *options]

    def __enter__(self):
        with open(self.folder / "log", "wb") as log:
            self.process = start(
                self.command, stdout=log, stderr=subprocess.STDOUT,
                cwd=self.folder / "cwd",
                env=os.environ | {"TMPDIR": self.folder / "tmp"})
        until(lambda: self.process.poll() is not None
              or " node ready " in self.log(), 30, "it is ready")
        found = re.search(r"listener=smtp address=0\.0\.0\.0:(\d+)",
                          self.log())
        assert found, self.log()
        self.port = int(found[1])
        return self

    def __exit__(self, *_):
        end(self.process)

    def log(self):
        with open(self.folder / "log", encoding="utf-8") as file:
            return file.read()

    def stop(self, how=signal.SIGINT):
        self.process.send_signal(how)
        return self.process.wait(timeout=20)


class ReceivesAsSsmtpd(unittest.TestCase):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        for name in "tmp", "cwd":
            os.mkdir(self.folder / name)
        for name, text in (("login", LOGIN), ("process", PROCESS)):
            os.chmod(self.folder.write(name, text), 0o755)

    def receiver(self, *options):
        return self.enterContext(Receiver(self.folder, *options))

    def secured(self):
        certificate, key = make_certificate(self.folder)
        self.trust = ssl.create_default_context(cafile=certificate)
        return self.receiver("--ssl-key", key, "--ssl-cert", certificate,
                             "--auth", self.folder / "login")

    def read(self, name):
        with open(self.folder / name, encoding="utf-8") as file:
            return file.read()

    def swaks(self, receiver, *options):
        done = subprocess.run(
            ["swaks", "--server", f"127.0.0.1:{receiver.port}", "--from",
             "scanner@office.example", "--to", "scans@office.example",
             *options], text=True, capture_output=True, timeout=60,
            check=False)
        return done.returncode, done.stdout + done.stderr

    def test_mail_goes_to_the_program(self):
        receiver = self.receiver()
        status, said = self.swaks(receiver, "--body", "Page 1")
        self.assertEqual(status, 0, said)
        self.assertIn("<-  220 mx.ssmtpd.example ", said)
        self.assertIn("<-  250 2.0.0 Accepted", said)
        self.assertNotIn("STARTTLS", said)
        self.assertNotIn("AUTH", said)
        self.assertIn("\nPage 1\n", self.read("message").replace("\r", ""))
        self.assertEqual(self.read("user"), "1:\n")

    def test_what_the_program_refuses_is_refused(self):
        status, said = self.swaks(self.receiver(), "--header", "Subject: bad")
        self.assertNotEqual(status, 0)
        self.assertIn("554 5.3.0 that is no scan", said)

    def test_a_user_logs_in_by_plain_and_by_login(self):
        receiver = self.secured()
        for mechanism in "PLAIN", "LOGIN":
            with self.subTest(mechanism):
                status, said = self.swaks(
                    receiver, "--tls", "--auth", mechanism, "--auth-user",
                    "printer", "--auth-password", "sec ret")
                self.assertEqual(status, 0, said)
                self.assertEqual(self.read("user"), "1:printer\n")
                os.remove(self.folder / "user")

    def test_who_does_not_log_in_sends_nothing(self):
        receiver = self.secured()
        with smtplib.SMTP("localhost", receiver.port, timeout=20) as client:
            client.ehlo("scanner.example")
            self.assertNotIn("auth", client.esmtp_features)
            client.starttls(context=self.trust)
            client.ehlo("scanner.example")
            self.assertEqual(client.esmtp_features["auth"].split(),
                             ["PLAIN", "LOGIN"])
            self.assertEqual(client.mail("a@office.example")[0], 530)
            with self.assertRaises(smtplib.SMTPAuthenticationError):
                client.login("printer", "wrong")
        self.assertFalse(os.path.exists(self.folder / "user"))

    def test_without_a_certificate_one_logs_in_in_clear(self):
        receiver = self.receiver("--auth", self.folder / "login")
        with smtplib.SMTP("127.0.0.1", receiver.port, timeout=20) as client:
            client.login("printer", "sec ret")
            client.sendmail("a@office.example", ["b@office.example"],
                            "Subject: x\r\n\r\nx\r\n")
        self.assertEqual(self.read("user"), "1:printer\n")
        self.assertIn("passwords go in clear", receiver.log())

    def test_the_line_that_it_offers_can_be_tried(self):
        receiver = self.receiver()
        line = receiver.log().split('try="')[1].split('"')[0]
        subprocess.run(line.split() + ["--from", "me@sender.example"],
                       check=True, capture_output=True, timeout=60)
        self.assertEqual(self.read("user"), "1:\n")

    def test_with_logins_the_line_has_one(self):
        line = self.secured().log().split('try="')[1].split('"')[0]
        self.assertIn(" --tls --auth PLAIN --auth-user NAME", line)

    def test_a_long_mail_comes_whole_and_leaves_nothing(self):
        receiver = self.receiver()
        body = "Subject: large\r\n\r\n" + ("x" * 70 + "\r\n") * 437_000
        with smtplib.SMTP("127.0.0.1", receiver.port, timeout=60) as client:
            client.sendmail("a@office.example", ["b@office.example"], body)
        self.assertTrue(self.read("message").endswith("x" * 70 + "\n"))
        self.assertGreater(os.path.getsize(self.folder / "message"),
                           30 * 1024 * 1024)
        self.assertEqual(receiver.stop(), 0)
        self.assertEqual(os.listdir(self.folder / "tmp"), [])
        self.assertEqual(os.listdir(self.folder / "cwd"), [])

    def test_it_needs_no_database(self):
        receiver = self.receiver()
        with open(f"/proc/{receiver.process.pid}/task/"
                  f"{receiver.process.pid}/children",
                  encoding="utf-8") as file:
            self.assertEqual(file.read(), "")
        self.assertNotIn("postgres", receiver.log().lower())

    def test_it_stops_in_order(self):
        for how in signal.SIGINT, signal.SIGTERM:
            with self.subTest(how), Receiver(self.folder) as receiver:
                self.assertEqual(receiver.stop(how), 0)
                self.assertIn(" node stopped", receiver.log())
                self.assertNotIn(" error ", receiver.log())

    def test_a_hang_up_changes_nothing(self):
        receiver = self.receiver()
        receiver.process.send_signal(signal.SIGHUP)
        self.assertEqual(self.swaks(receiver)[0], 0)

    def test_a_status_page_shows_its_health(self):
        port = free_port()
        self.receiver("--status", str(port))
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status",
                                    timeout=20) as answer:
            self.assertEqual(json.load(answer)["status"], "ok")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/status/detail",
                                    timeout=20) as answer:
            self.assertEqual(json.load(answer)["storage"], "none")
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics",
                                    timeout=20) as answer:
            self.assertEqual(answer.status, 200)

    def test_wrong_options_are_told(self):
        for options, why in (
                ([], "--process is required"),
                (["--process", "/nowhere/program"], "is no program"),
                (["--process", "/bin/true", "--auth", "/etc/passwd"],
                 "--auth: /etc/passwd is no program"),
                (["--process", "/bin/true", "--ssl-key", "/etc/passwd"],
                 "want each other"),
                (["--process", "/bin/true", "--hostname", "a b"],
                 "a b is no host name"),
                (["--process", "/bin/true", "--port", "70000"], "--port")):
            with self.subTest(options):
                done = run("receive", *options)
                self.assertEqual(done.returncode, 64)
                self.assertIn(why, done.stderr)


if __name__ == "__main__":
    unittest.main()
