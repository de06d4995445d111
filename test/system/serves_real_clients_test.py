"""The clients that people have log in, and bring their mail here whole."""

import email
import email.policy
import json
import os
import smtplib
import subprocess
import unittest

from stagepost import LoginTest, hashed, plain, until

USER = "alice@sender.example"
PASSWORD = "open sesame 42 times"
BODY = ("Hello,\n.a dot\n..\n.\nand one on its own\n\u00e4\u00f6\u00fc\u20ac\n"
        + 900 * "x" + "\n\nFrom here to the end\n")
MESSAGE = (f"From: Alice <{USER}>\n"
           "To: Bob <bob@far.example>\n"
           "Subject: by a real client\n"
           "Date: Sun, 22 Nov 2026 10:00:00 +0000\n"
           "Message-ID: <1@client.example>\n"
           "MIME-Version: 1.0\n"
           "Content-Type: text/plain; charset=utf-8\n"
           "Content-Transfer-Encoding: 8bit\n"
           f"\n{BODY}")

CRLF = MESSAGE.replace("\n", "\r\n").encode()

NODEMAILER = """
const {createTransport} = require('nodemailer');
const {transport, mail} = JSON.parse(process.argv[1]);
transport.tls = {ca: require('fs').readFileSync(transport.ca)};
createTransport(transport).sendMail(mail).then(
  info => console.log(info.response),
  why => { console.error(why); process.exit(1); });
"""


class ServesRealClients(LoginTest):
    listeners = [
        {"name": "submission", "address": "127.0.0.1:0", "tls": "starttls",
         "auth": "required", "require_sender_match": True},
        {"name": "submissions", "address": "127.0.0.1:0", "tls": "implicit",
         "auth": "required", "require_sender_match": True}]
    routes = [{"authenticated": True, "to": "relay"}]

    @classmethod
    def auth(cls):
        return [{"type": "users", "users": {USER: hashed(PASSWORD)}}]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.file = cls.folder.write("message", MESSAGE)

    def setUp(self):
        super().setUp()
        self.logins = len(self.daemon.logged("smtp logged in"))

    def runs(self, *command, **options):
        done = subprocess.run(command, text=True, capture_output=True,
                              timeout=90, check=False, **options)
        self.assertEqual(done.returncode, 0, done.stdout + done.stderr)
        return done.stdout

    def at(self, listener):
        return f"localhost:{self.daemon.port(listener)}"

    def arrived(self, mechanism):
        """The one message, after a login by `mechanism`."""
        until(self.peer.taken, 30, "mail arrives")
        mail, = self.peer.taken()
        self.peer.mails.clear()
        self.assertEqual((mail.sender, mail.recipients),
                         (USER, ["bob@far.example"]))
        self.assertIn("with ESMTPSA id", mail.header("Received"))
        login, = self.daemon.logged("smtp logged in")[self.logins:]
        self.logins += 1
        self.assertIn(f"mechanism={mechanism}", login.split())
        return mail

    def arrived_whole(self, mechanism):
        """Octet by octet, behind our Received."""
        content = self.arrived(mechanism).content
        self.assertTrue(content.startswith(b"Received: "))
        header, _, body = content.partition(b"\r\n\r\n")
        self.assertEqual(body, BODY.replace("\n", "\r\n").encode())
        for line in MESSAGE.split("\n\n", maxsplit=1)[0].splitlines():
            self.assertIn(line.encode(), header.split(b"\r\n"))

    def test_swaks(self):
        # It ends the last line itself.
        file = self.folder.write("unended", MESSAGE.removesuffix("\n"))
        for listener, tls in (("submission", "--tls"),
                              ("submissions", "--tls-on-connect")):
            for mechanism in "PLAIN", "LOGIN":
                with self.subTest(listener=listener, mechanism=mechanism):
                    self.runs("swaks", "--server", self.at(listener), tls,
                              "--tls-verify", "--tls-ca-path",
                              self.certificate, "--helo", "client.example",
                              "--from", USER, "--to", "bob@far.example",
                              "--auth", mechanism, "--auth-user", USER,
                              "--auth-password", PASSWORD,
                              "--data", f"@{file}")
                    self.arrived_whole(mechanism)

    def test_curl(self):
        said = self.runs("curl", "--version")
        scram = ["SCRAM-SHA-256"] if "gsasl" in said else []
        for url, listener in (("smtp", "submission"),
                              ("smtps", "submissions")):
            for mechanism in ("PLAIN", "LOGIN", *scram):
                with self.subTest(url=url, mechanism=mechanism):
                    self.runs("curl", "--silent", "--show-error", "--crlf",
                              "--ssl-reqd", "--cacert", self.certificate,
                              "--url",
                              f"{url}://{self.at(listener)}/me.example",
                              "--user", f"{USER}:{PASSWORD}",
                              "--login-options", f"AUTH={mechanism}",
                              "--mail-auth", USER, "--mail-from", USER,
                              "--mail-rcpt", "bob@far.example",
                              "--upload-file", self.file)
                    self.arrived_whole(mechanism)

    def test_msmtp(self):
        for listener, starttls in ("submission", "on"), ("submissions", "off"):
            for mechanism in "plain", "login", "scram-sha-256":
                with self.subTest(listener=listener, mechanism=mechanism):
                    with open(self.file, encoding="utf-8") as message:
                        self.runs(
                            "msmtp", "--file=/dev/null", "--host=localhost",
                            f"--port={self.daemon.port(listener)}",
                            "--tls=on", f"--tls-starttls={starttls}",
                            f"--tls-trust-file={self.certificate}",
                            f"--auth={mechanism}", f"--user={USER}",
                            f"--passwordeval=echo {PASSWORD}",
                            f"--from={USER}", "bob@far.example",
                            stdin=message)
                    self.arrived_whole(mechanism.upper())

    def test_smtplib(self):
        for kind, listener in ((smtplib.SMTP, "submission"),
                               (smtplib.SMTP_SSL, "submissions")):
            options = ({"context": self.trust} if kind is smtplib.SMTP_SSL
                       else {})
            with self.subTest(listener), kind(
                    "localhost", self.daemon.port(listener), timeout=60,
                    **options) as client:
                if kind is smtplib.SMTP:
                    client.starttls(context=self.trust)
                client.login(USER, PASSWORD)
                client.sendmail(USER, ["bob@far.example"], CRLF,
                                mail_options=["BODY=8BITMIME"])
                self.arrived_whole("PLAIN")

    def nodemailer(self, listener, mechanism, mail):
        return self.runs(
            "node", "-e", NODEMAILER, json.dumps({
                "transport": {
                    "host": "localhost", "port": self.daemon.port(listener),
                    "secure": listener == "submissions", "requireTLS": True,
                    "ca": self.certificate, "authMethod": mechanism,
                    "auth": {"user": USER, "pass": PASSWORD}},
                "mail": {"envelope": {"from": USER,
                                      "to": ["bob@far.example"]}} | mail}),
            env=os.environ | {"NODE_PATH": "/usr/share/nodejs"})

    def test_nodemailer(self):
        for listener in "submission", "submissions":
            for mechanism in "PLAIN", "LOGIN":
                with self.subTest(listener=listener, mechanism=mechanism):
                    self.nodemailer(listener, mechanism, {"raw": MESSAGE})
                    self.arrived_whole(mechanism)

    def test_nodemailer_writes_its_own_message(self):
        attached = os.urandom(200_000)
        with open(self.folder / "data.bin", "wb") as file:
            file.write(attached)
        said = self.nodemailer("submission", "PLAIN", {
            "from": USER, "to": "bob@far.example", "subject": "Gr\u00fc\u00dfe",
            "text": BODY, "dsn": {"id": "e-1", "return": "headers",
                                  "notify": ["failure"],
                                  "recipient": USER},
            "attachments": [{"path": self.folder / "data.bin"}]})
        self.assertRegex(said, "^250 2.0.0 ")
        read = email.message_from_bytes(self.arrived("PLAIN").content,
                                        policy=email.policy.default)
        self.assertEqual(read["Subject"], "Gr\u00fc\u00dfe")
        self.assertEqual(read.get_body().get_content().splitlines(),
                         BODY.splitlines())
        part, = read.iter_attachments()
        self.assertEqual(part.get_content(), attached)

    def test_openssl_by_hand(self):
        for listener, options in (
                ("submission", ["-starttls", "smtp", "-name", "me.example"]),
                ("submissions", [])):
            with self.subTest(listener):
                self.runs(
                    "openssl", "s_client", "-connect", self.at(listener),
                    *options, "-CAfile", self.certificate,
                    "-verify_return_error", "-verify_hostname", "localhost",
                    "-crlf", "-quiet", "-ign_eof",
                    input="EHLO client.example\n"
                          f"AUTH PLAIN {plain(USER, PASSWORD)}\n"
                          f"MAIL FROM:<{USER}> BODY=8BITMIME\n"
                          "RCPT TO:<bob@far.example>\nDATA\n"
                          + MESSAGE.replace("\n.", "\n..") + ".\nQUIT\n")
                self.arrived_whole("PLAIN")


if __name__ == "__main__":
    unittest.main()
