"""TLS on the way in: which certificate, which version, whose, and what becomes
of octets on its edges."""

import os
import socket
import ssl
import subprocess
import unittest

from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest,
                       make_certificate, until)


class TlsTest(SystemTest):
    """A daemon with the listeners and the rest of `tls` of the subclass, and
    certificates for `localhost` and `other.example`, in this order."""

    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.pairs = [make_certificate(cls.folder, name)
                     for name in ("localhost", "other.example")]
        cls.trust = ssl.create_default_context(cafile=cls.pairs[0][0])
        cls.trust.load_verify_locations(cafile=cls.pairs[1][0])
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": x, "key": y}
                                  for x, y in cls.pairs]} | cls.more_tls(),
            listeners=[*cls.listeners,
                       {"name": "status", "protocol": "http",
                        "address": "127.0.0.1:0"}],
            delivery={"next_hop": [cls.peer.url]}))

    @classmethod
    def more_tls(cls):
        return {}

    def setUp(self):
        self.peer.mails.clear()

    def greeted(self, listener="starttls"):
        client = self.enterContext(Dialogue(self.daemon.port(listener), 60))
        client.reply()
        client.say("EHLO client.example")
        return client

    def secured(self, listener="starttls", context=None, name="localhost"):
        """A client after its handshake and EHLO; of either kind of TLS."""
        client = self.enterContext(Dialogue(self.daemon.port(listener), 60))
        if listener == "implicit":
            client.secure(context or self.trust, name)
            client.reply()
        else:
            client.reply()
            client.say("EHLO client.example")
            self.assertEqual(client.say("STARTTLS")[:4], "220 ")
            client.secure(context or self.trust, name)
        client.say("EHLO client.example")
        return client

    def begin_data(self, client):
        for line, begin in (("MAIL FROM:<from@sender.example>", "250 "),
                            ("RCPT TO:<to@stagepost.example>", "250 "),
                            ("DATA", "354 ")):
            self.assertEqual(client.say(line)[:4], begin)

    def deliver(self, client):
        self.begin_data(client)
        self.assertEqual(client.say("Subject: tls\r\n\r\nHello\r\n.")[:4],
                         "250 ")
        until(self.peer.taken, 30, "mail arrives")
        return self.peer.mails.pop()


def names(certificate):
    return [x for _, x in certificate["subjectAltName"]]


class SpeaksTls(TlsTest):
    listeners = [
        {"name": "starttls", "address": "127.0.0.1:0", "tls": "starttls"},
        {"name": "implicit", "address": "127.0.0.1:0", "tls": "implicit"},
        {"name": "demanding", "address": "127.0.0.1:0", "tls": "starttls",
         "require": ["tls"]}]

    def test_mail_comes_over_both_kinds(self):
        for listener in "starttls", "implicit":
            with self.subTest(listener):
                mail = self.deliver(self.secured(listener))
                self.assertIn("with ESMTPS id", mail.header("Received"))
                self.assertTrue(mail.content.endswith(b"Hello\r\n"))

    def test_tls_may_be_asked_for(self):
        client = self.greeted("demanding")
        self.assertEqual(client.say("MAIL FROM:<from@sender.example>")[:9],
                         "530 5.7.0")
        self.deliver(self.secured("demanding"))

    def test_the_client_says_whose_certificate_it_wants(self):
        for listener in "starttls", "implicit":
            for name, expected in (("localhost", "localhost"),
                                   ("other.example", "other.example"),
                                   ("OTHER.example", "other.example")):
                client = self.secured(listener, name=name)
                self.assertEqual(names(client.sock.getpeercert()), [expected])

    def test_who_asks_for_none_of_them_is_shown_the_first(self):
        first = ssl.create_default_context(cafile=self.pairs[0][0])
        first.check_hostname = False
        for name in None, "unknown.example", "127.0.0.1":
            client = self.secured(context=first, name=name)
            self.assertEqual(names(client.sock.getpeercert()), ["localhost"])

    def test_an_octet_at_a_time_is_tls_as_well(self):
        client = self.secured()
        for octet in b"NOOP\r\nNOOP\r\n":
            client.write(bytes([octet]))
        self.assertEqual([client.reply()[:3] for _ in range(2)],
                         ["250", "250"])

    def test_what_came_in_clear_behind_starttls_is_never_executed(self):
        client = self.greeted()
        client.write(b"STARTTLS\r\nEHLO evil.example\r\n"
                     b"MAIL FROM:<evil@sender.example>\r\n"
                     b"RCPT TO:<to@stagepost.example>\r\n")
        self.assertEqual(client.reply()[:4], "220 ")
        client.secure(self.trust)
        # Neither an answer to it nor what it would have changed.
        self.assertEqual(client.say("NOOP one")[:4], "250 ")
        self.assertEqual(client.say("MAIL FROM:<a@b.example>")[:9],
                         "503 5.5.1")
        client.say("EHLO client.example")
        self.assertEqual(client.say("RCPT TO:<to@stagepost.example>")[:9],
                         "503 5.5.1")

    def test_clear_text_instead_of_a_handshake_ends_the_connection(self):
        client = self.greeted()
        self.assertEqual(client.say("STARTTLS")[:4], "220 ")
        client.write(b"EHLO client.example\r\n")
        self.assertNotIn("250", client.reply())
        client = self.enterContext(Dialogue(self.daemon.port("implicit"), 60))
        client.write(b"EHLO client.example\r\n")
        self.assertNotIn("2", client.reply()[:1])
        until(lambda: self.daemon.logged("smtp tls failed"), 15)

    def test_a_message_that_a_close_cuts_short_is_not_stored(self):
        before = self.daemon.log().count("queue accepted")
        for how in "close_notify", "end of stream":
            for text in (b"Subject: cut\r\n\r\nhalf", b"half\r\n", b"x\r\n.",
                         b"x\r\n.\r"):
                with self.subTest(how=how, text=text):
                    client = self.secured()
                    self.begin_data(client)
                    client.write(text)
                    if how == "close_notify":
                        try:
                            client.sock.unwrap()
                        except (OSError, ValueError):
                            pass  # it closed without a farewell of its own
                    else:
                        client.sock.shutdown(socket.SHUT_WR)
                    client.__exit__()
        until(lambda: self.daemon.status()[1]["clients"] == 0, 15)
        self.assertTrue(self.daemon.is_empty())
        self.assertFalse(self.peer.taken())
        self.assertEqual(self.daemon.log().count("queue accepted"), before)

    def test_openssl_s_client_speaks_with_it(self):
        done = subprocess.run(
            ["openssl", "s_client", "-connect",
             f"127.0.0.1:{self.daemon.port('starttls')}", "-starttls", "smtp",
             "-name", "client.example", "-servername", "other.example",
             "-CAfile", self.pairs[1][0], "-verify_return_error", "-crlf",
             "-ign_eof", "-quiet"],
            input="EHLO client.example\nMAIL FROM:<from@sender.example>\n"
                  "RCPT TO:<to@stagepost.example>\nDATA\nSubject: typed\n\n"
                  "Hello\n.\nQUIT\n",
            text=True, capture_output=True, timeout=60, check=False)
        self.assertEqual(done.returncode, 0, done.stderr)
        until(self.peer.taken, 30, "mail arrives")
        self.assertEqual(self.peer.mails[0].header("Subject"), "typed")


class AsksForTheNewest(TlsTest):
    listeners = [
        {"name": "starttls", "address": "127.0.0.1:0", "tls": "starttls"}]

    @classmethod
    def more_tls(cls):
        return {"minimum": "1.3"}

    def test_an_older_version_is_refused(self):
        old = ssl.create_default_context(cafile=self.pairs[0][0])
        old.maximum_version = ssl.TLSVersion.TLSv1_2
        with self.assertRaises((ssl.SSLError, ConnectionError)):
            self.secured(context=old)
        self.assertEqual(self.secured().sock.version(), "TLSv1.3")


class AsksForCertificates(TlsTest):
    listeners = [
        {"name": "starttls", "address": "127.0.0.1:0", "tls": "starttls",
         "client_certificate": "request"},
        {"name": "implicit", "address": "127.0.0.1:0", "tls": "implicit",
         "client_certificate": "require"}]

    @classmethod
    def more_tls(cls):
        cls.client = make_certificate(cls.folder, "office.example")
        cls.stranger = make_certificate(cls.folder, "stranger.example")
        return {"client_authority": cls.client[0]}

    def showing(self, pair):
        context = ssl.create_default_context(cafile=self.pairs[0][0])
        if pair:
            context.load_cert_chain(*pair)
        return context

    def test_one_that_is_wanted_may_be_missing_or_unknown(self):
        for pair in None, self.stranger:
            mail = self.deliver(self.secured(context=self.showing(pair)))
            self.assertNotIn("office.example", mail.header("Received"))
            self.assertNotIn("stranger.example", mail.header("Received"))

    def test_a_good_one_is_told(self):
        for listener in "starttls", "implicit":
            mail = self.deliver(self.secured(
                listener, self.showing(self.client)))
            self.assertIn("CN=office.example", mail.header("Received"))
        told = self.daemon.logged("smtp client certificate")
        self.assertTrue([x for x in told if "CN=office.example" in x], told)

    def test_without_a_good_one_there_is_no_tls(self):
        for pair in None, self.stranger:
            # TLS 1.3 tells the client after its side of the handshake.
            with self.assertRaises((ssl.SSLError, ConnectionError)):
                client = self.secured("implicit", self.showing(pair))
                self.assertEqual(client.say("NOOP"), "")
                raise ConnectionResetError


class RenewsCertificates(TlsTest):
    listeners = [
        {"name": "starttls", "address": "127.0.0.1:0", "tls": "starttls"},
        {"name": "implicit", "address": "127.0.0.1:0", "tls": "implicit"}]

    def shown(self, name, listener="implicit"):
        context = ssl._create_unverified_context()
        client = self.secured(listener, context, name)
        shown = client.sock.getpeercert(binary_form=True)
        client.__exit__()
        return shown

    def test_one_of_two_is_renewed_below_an_open_message(self):
        before = {x: self.shown(x) for x in ("localhost", "other.example")}
        open_one = self.secured(name="other.example")
        self.begin_data(open_one)
        open_one.write(b"Subject: before\r\n\r\n")
        fresh = Folder()
        self.addCleanup(fresh.remove)
        for new, old in zip(make_certificate(fresh, "other.example"),
                            self.pairs[1]):
            os.replace(new, old)
        until(lambda: self.shown("other.example") != before["other.example"],
              30, "the new certificate is shown")
        self.assertEqual(self.shown("localhost"), before["localhost"])
        self.assertEqual(self.shown("other.example", "starttls"),
                         self.shown("other.example"))
        self.assertEqual(open_one.say("and after\r\n.")[:4], "250 ")
        until(self.peer.taken, 30, "mail arrives")

    def test_a_broken_one_is_told_and_the_old_one_stays(self):
        before = self.shown("localhost")
        with open(self.pairs[0][0], encoding="ascii") as file:
            good = file.read()
        os.replace(self.folder.write("half.crt", good[:len(good) // 2]),
                   self.pairs[0][0])
        self.daemon.hang_up()
        told = until(lambda: self.daemon.logged(
            "node certificate not renewed"), 30)
        self.assertIn(self.pairs[0][0], told[0])
        self.assertEqual(self.shown("localhost"), before)


if __name__ == "__main__":
    unittest.main()
