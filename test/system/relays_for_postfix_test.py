"""Postfix hands all its mail to us, over TLS that it verifies and after a
login, as an office's server does with its provider."""

import os
import smtplib
import subprocess
import unittest

from stagepost import LoginTest, free_port, hashed, start, until

# Its master runs as root only.
AS_ROOT = [] if os.getuid() == 0 else ["sudo", "-n"]
PASSWORD = "open sesame 42 times"
# Those of its services that it takes to relay; none of them in a chroot.
SERVICES = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
smtp unix - - n - - smtp
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
postlog unix-dgram n - n - 1 postlogd
"""


def run(*command):
    """Runs a command as root."""
    subprocess.run([*AS_ROOT, *command], check=True, capture_output=True,
                   timeout=60)


class Postfix:
    """A Postfix of its own, in `folder`. Use it in a `with`."""

    def __init__(self, folder, **settings):
        self.folder = folder
        self.port = free_port()
        self.process = None
        for name in "postfix", "postfix/spool", "postfix/data":
            os.mkdir(folder / name)
        run("chown", "postfix", folder / "postfix/data")
        # Nor does it read what belongs to another user.
        run("chown", "root", folder / "postfix", folder / "postfix/spool")
        settings = {
            "compatibility_level": "3.6",
            "queue_directory": folder / "postfix/spool",
            "data_directory": folder / "postfix/data",
            "maillog_file": folder / "postfix/log",
            "maillog_file_prefixes": folder.path,
            "myhostname": "office.example", "mydestination": "",
            "mynetworks": "127.0.0.0/8", "inet_interfaces": "127.0.0.1",
            "inet_protocols": "ipv4", "alias_maps": "",
            "local_recipient_maps": "",
            "smtpd_relay_restrictions": "permit_mynetworks, reject",
            "smtp_host_lookup": "native"} | settings
        folder.write("postfix/main.cf", "".join(
            f"{name} = {value}\n" for name, value in settings.items()))
        folder.write("postfix/master.cf", SERVICES.format(port=self.port))

    def __enter__(self):
        configuration = self.folder / "postfix"
        # Makes the folders of the queue.
        run("/usr/sbin/postfix", "-c", configuration, "check")
        self.process = start(
            [*AS_ROOT, "/usr/lib/postfix/sbin/master", "-s", "-c",
             configuration],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until(self._listens, 60, "Postfix is ready")
        return self

    def __exit__(self, *_):
        run("/usr/sbin/postfix", "-c", self.folder / "postfix", "abort")
        self.process.wait(60)

    def _listens(self):
        assert self.process.poll() is None, f"Postfix ended: {self.log()}"
        try:
            with smtplib.SMTP("127.0.0.1", self.port, timeout=20):
                return True
        except OSError:
            return False

    def log(self):
        try:
            with open(self.folder / "postfix/log", encoding="utf-8") as file:
                return file.read()
        except FileNotFoundError:
            return "nothing logged"


class RelaysForPostfix(LoginTest):
    listeners = [{"name": "submission", "address": "127.0.0.1:0",
                  "tls": "starttls", "require": ["tls"], "auth": "required"}]
    routes = [{"recipient": "nobody@far.example", "to": "reject",
               "reply": "550 5.1.1 Nobody by that name"},
              {"authenticated": "office", "to": "relay"}]

    @classmethod
    def auth(cls):
        return [{"type": "users", "users": {"office": hashed(PASSWORD)}}]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        next_hop = f"[localhost]:{cls.daemon.port('submission')}"
        cls.postfix = cls.enterClassContext(Postfix(
            cls.folder, relayhost=next_hop,
            smtp_tls_security_level="secure",
            smtp_tls_CAfile=cls.certificate,
            smtp_tls_secure_cert_match="localhost",
            smtp_sasl_auth_enable="yes",
            smtp_sasl_tls_security_options="noanonymous",
            smtp_sasl_password_maps=
            f"inline:{{ {{ {next_hop} = office:{PASSWORD} }} }}"))

    def send(self, content, recipients, options=(), sender="a@office.example"):
        with smtplib.SMTP("127.0.0.1", self.postfix.port,
                          timeout=60) as client:
            client.sendmail(sender, recipients, content, options)

    def arrived(self, count):
        try:
            until(lambda: len(self.peer.taken()) == count, 60,
                  f"{count} messages arrive")
        except AssertionError as why:
            raise AssertionError(f"{why}\n{self.postfix.log()}") from why
        return self.peer.taken()

    def test_its_mail_comes_through_whole(self):
        text = ("Hello,\r\n.a dot\r\n..\r\n\u00e4\u00f6\u00fc\r\n" + 900 * "x"
                + "\r\nthe end\r\n").encode()
        header = (b"Subject: by Postfix\r\nMIME-Version: 1.0\r\n"
                  b"Content-Type: text/plain; charset=utf-8\r\n"
                  b"Content-Transfer-Encoding: 8bit\r\n")
        self.send(header + b"\r\n" + text, ["to@far.example"],
                  ["BODY=8BITMIME"])
        mail, = self.arrived(1)
        self.assertEqual((mail.sender, mail.recipients, mail.content.split(
            b"\r\n\r\n", 1)[1]),
                         ("a@office.example", ["to@far.example"], text))
        self.assertIn(header, mail.content)
        self.assertIn("from office.example ", mail.header("Received"))
        self.assertIn("with ESMTPSA id", mail.header("Received"))
        self.assertTrue([x for x in self.daemon.logged("smtp logged in")
                         if "user=office" in x])

    def test_many_messages_share_connections(self):
        big = "Subject: {}\r\n\r\n" + (70 * "y" + "\r\n") * 20_000
        for i in range(5):
            self.send(big.format(i), ["to@far.example"])
        mails = self.arrived(5)
        self.assertEqual({x.header("Subject") for x in mails}, set("01234"))
        for mail in mails:
            self.assertEqual(len(mail.content.split(b"\r\n\r\n", 1)[1]),
                             72 * 20_000)

    def test_each_recipient_has_its_answer(self):
        self.send("Subject: two\r\n\r\nHello\r\n",
                  ["nobody@far.example", "to@far.example"])
        mails = self.arrived(2)
        mail, = [x for x in mails if x.sender]
        self.assertEqual(mail.recipients, ["to@far.example"])
        # Postfix tells its own user, through us.
        report, = [x for x in mails if not x.sender]
        self.assertEqual(report.recipients, ["a@office.example"])
        self.assertIn(b"550 5.1.1 Nobody by that name", report.content)


if __name__ == "__main__":
    unittest.main()
