"""All mail goes to a Postfix that wants a login, with Cyrus SASL, as to an
office's provider."""

import os
import subprocess
import unittest

from relays_for_postfix_test import Postfix, run
from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest,
                       make_certificate, send, until)

PASSWORD = "open: sesame/42 times"
QUOTED = "open%3A%20sesame%2F42%20times"
MECHANISMS = ("SCRAM-SHA-256", "PLAIN", "LOGIN")


def body_of(octets):
    return octets.split(b"\r\n\r\n", 1)[1]


class RelaysThroughPostfix(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.peer = cls.enterClassContext(Peer())
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        certificate, key = make_certificate(folder)
        cls.postfix = cls.start_postfix(folder, certificate, key)
        hop = f"@localhost:{cls.postfix.port}"
        cls.daemon = cls.enterClassContext(Daemon(
            delivery={"retry": "1h", "next_hop": [
                f"smtp://office:{QUOTED}{hop}"], "domains": {
                    "wrong.example": {"next_hop": [
                        f"smtp://office:wrong{hop}"]}}}))

    @classmethod
    def start_postfix(cls, folder, certificate, key):
        postfix = Postfix(
            folder, relayhost=f"[127.0.0.1]:{cls.peer.port}",
            mynetworks="192.0.2.1", myhostname="provider.example",
            smtpd_relay_restrictions="permit_sasl_authenticated, reject",
            smtpd_tls_security_level="may", smtpd_tls_auth_only="yes",
            smtpd_tls_cert_file=certificate, smtpd_tls_key_file=key,
            smtpd_tls_loglevel="1", smtpd_sasl_auth_enable="yes",
            smtpd_sasl_local_domain="provider.example")
        users = folder / "users"
        os.chmod(folder.path, 0o711)  # it reads this as another user
        written = folder.write("smtpd.conf", (
            "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
            f"sasldb_path: {users}\nmech_list: {' '.join(MECHANISMS)}\n"))
        run("install", "-D", "-m", "644", written,
            folder / "postfix/sasl/smtpd.conf")
        subprocess.run(
            ["/usr/sbin/saslpasswd2", "-p", "-c", "-f", users, "-u",
             "provider.example", "office"], input=PASSWORD.encode(),
            check=True, timeout=60)
        run("chown", "postfix", users)
        return cls.enterClassContext(postfix)

    def setUp(self):
        self.peer.mails.clear()

    def arrives(self):
        try:
            until(self.peer.taken, 60, "mail arrives")
        except AssertionError as why:
            raise AssertionError(f"{why}\n{self.postfix.log()}") from why
        until(self.daemon.is_empty, 20, "the queue is empty")
        return self.peer.taken()[0]

    def test_mail_comes_through_after_a_login_within_tls(self):
        text = b"Subject: a\r\n\r\n.a dot\r\n..\r\nthe end\r\n"
        send(self.daemon.port(), text)
        mail = self.arrives()
        self.assertEqual(body_of(mail.content), body_of(text))
        self.assertRegex(self.postfix.log(),
                         "sasl_method=SCRAM-SHA-256, sasl_username=office")
        self.assertRegex(self.postfix.log(), "TLS connection established from")

    def test_large_mail_comes_through_in_chunks(self):
        text = b"Subject: a\r\n\r\n" + (b"x" * 70 + b"\r\n") * 20_000
        send(self.daemon.port(), text)
        self.assertTrue(body_of(self.arrives().content) == body_of(text))

    def test_eight_bit_mail_comes_through(self):
        text = "Subject: a\r\n\r\nGrüße\r\n".encode()
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say("MAIL FROM:<from@sender.example> BODY=8BITMIME")
            client.say("RCPT TO:<to@far.example>")
            client.write(b"BDAT %d LAST\r\n" % len(text) + text)
            self.assertEqual(client.reply()[:3], "250")
        mail = self.arrives()
        self.assertEqual(body_of(mail.content), body_of(text))
        self.assertIn("BODY=8BITMIME", mail.parameters)

    def test_a_wrong_password_defers(self):
        number = send(self.daemon.port(), to="to@wrong.example")
        line = until(lambda: self.daemon.logged(
            f"queue deferred id={number}"), 60)[0]
        self.assertIn("454 4.7.0 Login failed: 535 5.7.8 ", line)
        self.assertNotIn("wrong:", self.daemon.log())
        self.daemon.cli("queue", "delete", number)
        self.assertFalse(self.peer.taken())


if __name__ == "__main__":
    unittest.main()
