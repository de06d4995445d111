"""STARTTLS, on the way in and on the way out."""

import smtplib
import socket
import ssl
import unittest
import warnings

from stagepost import (HANG, Daemon, Dialogue, Folder, Peer, SystemTest,
                       make_certificate, send, until)


class OnTheWayIn(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.certificate, key = make_certificate(cls.folder)
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": cls.certificate,
                                   "key": key}]},
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0", "tls": "starttls"},
                {"name": "plain", "address": "127.0.0.1:0"},
                {"name": "tls", "address": "127.0.0.1:0", "tls": "implicit"},
                {"name": "hasty", "address": "127.0.0.1:0", "tls": "implicit",
                 "limits": {"session_idle": "1s"}}],
            delivery={"next_hop": [cls.peer.url]}))
        cls.trust = ssl.create_default_context(cafile=cls.certificate)

    def setUp(self):
        self.peer.mails.clear()

    def arrived(self):
        until(self.peer.taken, 15, "mail arrives")
        return self.peer.taken()[0]

    def test_mail_comes_in_over_starttls(self):
        with smtplib.SMTP("127.0.0.1", self.daemon.port()) as client:
            client._host = "localhost"
            client.ehlo("client.example")
            self.assertTrue(client.has_extn("STARTTLS"))
            client.starttls(context=self.trust)
            client.ehlo("client.example")
            self.assertFalse(client.has_extn("STARTTLS"))
            client.sendmail("from@sender.example", ["to@stagepost.example"],
                            "Subject: tls\r\n\r\nHello\r\n")
            self.assertEqual(client.docmd("STARTTLS")[0], 503)
        trace = self.arrived().header("Received")
        self.assertIn("with ESMTPS", trace)
        self.assertIn("TLSv1.3", trace)

    def test_who_never_begins_the_handshake_is_let_go(self):
        for first in b"", b"\x16\x03\x01":  # nothing, half a record's head
            with socket.create_connection(
                    ("127.0.0.1", self.daemon.port("hasty")),
                    timeout=15) as silent:
                silent.sendall(first)
                self.assertEqual(silent.recv(1), b"")
        lines = self.daemon.logged("smtp client timed out")
        self.assertEqual(len(lines), 2)

    def test_what_came_before_the_handshake_is_forgotten(self):
        with smtplib.SMTP("127.0.0.1", self.daemon.port()) as client:
            client._host = "localhost"
            client.ehlo("client.example")
            client.mail("from@sender.example")
            self.assertEqual(client.docmd("STARTTLS")[0], 503)
            client.rset()
            client.starttls(context=self.trust)
            self.assertEqual(client.docmd("MAIL FROM:<a@b.example>")[0], 503)
            client.ehlo("client.example")
            self.assertEqual(client.rcpt("to@stagepost.example")[0], 503)

    def test_what_is_injected_in_clear_is_never_executed(self):
        with Dialogue(self.daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.write(b"STARTTLS\r\nMAIL FROM:<evil@sender.example>\r\n"
                         b"RCPT TO:<to@stagepost.example>\r\n")
            if not client.reply().startswith("220"):
                return  # refused as a whole
            context = ssl.create_default_context(cafile=self.certificate)
            try:
                with context.wrap_socket(
                        client.sock, server_hostname="localhost") as tls:
                    tls.sendall(b"NOOP\r\n")
                    self.assertIn(tls.recv(1000)[:3], (b"250", b""))
                    tls.sendall(b"EHLO client.example\r\nDATA\r\n")
                    answers = tls.recv(4000)
                    while b"\r\n503" not in answers:
                        more = tls.recv(4000)
                        self.assertTrue(more, answers)
                        answers += more
            except (ssl.SSLError, OSError):
                pass  # the handshake got the clear text: closed
        self.assertFalse(self.peer.taken())

    def test_implicit_tls_needs_no_command(self):
        with socket.create_connection(
                ("127.0.0.1", self.daemon.port("tls")), timeout=20) as sock:
            with self.trust.wrap_socket(
                    sock, server_hostname="localhost") as tls:
                self.assertTrue(tls.recv(1000).startswith(b"220 "))

    def test_no_certificate_no_offer(self):
        with Dialogue(self.daemon.port("plain")) as client:
            client.reply()
            self.assertNotIn("STARTTLS", client.say("EHLO client.example"))
            self.assertRegex(client.say("STARTTLS"), "^(454|50[0-9]) ")

    def test_old_versions_are_refused(self):
        old = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        old.check_hostname = False
        old.verify_mode = ssl.CERT_NONE
        old.set_ciphers("ALL:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            old.minimum_version = ssl.TLSVersion.TLSv1
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with smtplib.SMTP("127.0.0.1", self.daemon.port()) as client:
            client.ehlo("client.example")
            with self.assertRaises((ssl.SSLError, OSError)):
                client.starttls(context=old)


class OnTheWayOut(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        certificate = make_certificate(cls.folder, "peer.example")
        cls.speaks = cls.enterClassContext(Peer(tls=certificate))
        cls.breaks = cls.enterClassContext(Peer(breaks_tls=True))
        cls.hangs = cls.enterClassContext(Peer(breaks_tls=HANG))
        cls.lacks = cls.enterClassContext(Peer())
        ways = {"speaks": cls.speaks, "breaks": cls.breaks, "lacks": cls.lacks,
                "hangs": cls.hangs}
        domains = {f"{name}.example": {"next_hop": [peer.url]}
                   for name, peer in ways.items()}
        domains |= {f"{name}-required.example": {"next_hop": [peer.url],
                                                 "tls": "required"}
                    for name, peer in ways.items()}
        domains["speaks-none.example"] = {"next_hop": [cls.speaks.url],
                                          "tls": "none"}
        cls.daemon = cls.enterClassContext(
            Daemon(delivery={"domains": domains, "retry": "1h",
                             "timeouts": {"command": "2s"}}))

    def setUp(self):
        for peer in (self.speaks, self.breaks, self.lacks):
            peer.mails.clear()

    def sent(self, domain):
        return send(self.daemon.port(), to=f"to@{domain}")

    def arrived(self, peer):
        until(peer.taken, 15, "mail arrives")
        return peer.taken()[0]

    def deferred(self, domain):
        def found():
            to = self.daemon.recipients().get(f"to@{domain}")
            return to and to["attempts"] and to
        return until(found, 15, "the recipient is deferred")

    def test_a_server_that_offers_tls_gets_tls(self):
        number = self.sent("speaks.example")
        mail = self.arrived(self.speaks)
        self.assertTrue(mail.tls)
        self.assertTrue(mail.content.endswith(b"Hello\r\n"))
        found = until(
            lambda: self.daemon.logged(f"delivered id={number}"), 10)
        self.assertIn("TLSv1.3", found[0])

    def test_a_server_without_tls_gets_clear_text(self):
        self.sent("lacks.example")
        self.assertFalse(self.arrived(self.lacks).tls)

    def test_a_handshake_that_fails_is_followed_by_clear_text(self):
        self.sent("breaks.example")
        self.assertFalse(self.arrived(self.breaks).tls)
        self.assertTrue(self.daemon.logged("delivery tls failed"))

    def test_a_handshake_that_does_not_end_is_one_that_failed(self):
        self.sent("hangs.example")
        self.assertFalse(self.arrived(self.hangs).tls)
        self.assertTrue(any("the handshake was not done within 2 s" in x
                            for x in self.daemon.logged("delivery tls failed")))

    def test_a_handshake_that_failed_is_not_tried_again_soon(self):
        with Peer(breaks_tls=True) as peer:
            self.daemon.edit(lambda x: x["delivery"]["domains"].update(
                {"again.example": {"next_hop": [peer.url],
                                   "messages_per_connection": 1}}))
            self.daemon.hang_up()
            for count in 1, 2:
                self.sent("again.example")
                until(lambda: len(peer.taken()) == count, 15, "mail arrives")
            self.assertEqual(len(peer.heard("STARTTLS")), 1)
            self.assertEqual(peer.connections, 3)

    def test_policy_none_uses_no_tls(self):
        self.sent("speaks-none.example")
        self.assertFalse(self.arrived(self.speaks).tls)

    def test_required_tls_is_used(self):
        self.sent("speaks-required.example")
        self.assertTrue(self.arrived(self.speaks).tls)

    def test_required_tls_that_is_not_offered_defers(self):
        before = len(self.lacks.heard("MAIL"))
        self.sent("lacks-required.example")
        self.assertRegex(self.deferred("lacks-required.example")["last_reply"],
                         r"^4\d\d 4\.7\.\d+ .*TLS")
        self.assertEqual(len(self.lacks.heard("MAIL")), before)

    def test_required_tls_that_fails_defers(self):
        before = len(self.breaks.heard("MAIL"))
        self.sent("breaks-required.example")
        self.assertRegex(
            self.deferred("breaks-required.example")["last_reply"],
            r"^4\d\d 4\.7\.\d+ .*TLS")
        self.assertEqual(len(self.breaks.heard("MAIL")), before)


if __name__ == "__main__":
    unittest.main()
