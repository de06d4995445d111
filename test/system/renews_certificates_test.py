"""Certificates are renewed while the daemon runs: new connections are shown the
new ones, those that are open go on, and files that can't be used change
nothing."""

import os
import smtplib
import ssl
import unittest

from stagepost import Daemon, Dialogue, Folder, SystemTest, make_certificate, \
    until


def shown(port):
    """The certificate that a listener with TLS from the start shows, as PEM."""
    return ssl.get_server_certificate(("127.0.0.1", port), timeout=15)


def content(file):
    with open(file, encoding="ascii") as opened:
        return opened.read()


class RenewsCertificates(SystemTest):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.certificate, self.key = make_certificate(self.folder)
        self.tls = {"certificates": [{"certificate": self.certificate,
                                      "key": self.key}]}

    def daemon(self):
        return self.enterContext(Daemon(tls=self.tls, listeners=[
            {"name": "mx", "address": "127.0.0.1:0", "tls": "implicit"}]))

    def test_new_connections_are_shown_the_new_one_and_open_ones_go_on(self):
        daemon = self.daemon()
        port = daemon.port()
        self.assertEqual(shown(port), content(self.certificate))
        with smtplib.SMTP_SSL(
                "127.0.0.1", port,
                context=ssl._create_unverified_context()) as client:
            client.ehlo("client.example")
            certificate, key = make_certificate(self.folder, "fresh")
            fresh = content(certificate)
            os.rename(key, self.key)
            os.rename(certificate, self.certificate)
            until(lambda: shown(port) == fresh, 20, "the new certificate")
            self.assertEqual(client.noop()[0], 250)
        self.assertEqual(len(daemon.logged("node certificates renewed")), 1)
        daemon.stop()

    def test_half_a_pair_is_told_once_and_changes_nothing(self):
        daemon = self.daemon()
        port = daemon.port()
        before = shown(port)
        certificate, key = make_certificate(self.folder, "fresh")
        fresh = content(certificate)
        os.rename(certificate, self.certificate)
        for _ in range(2):
            daemon.hang_up()
            self.assertEqual(shown(port), before)
        until(lambda: daemon.logged("node certificate not renewed"), 5)
        os.rename(key, self.key)
        daemon.hang_up()
        until(lambda: daemon.logged("node certificates renewed"), 5)
        self.assertEqual(shown(port), fresh)
        told, = daemon.logged("node certificate not renewed")
        self.assertIn(f"the key {self.key} does not belong to", told)
        daemon.stop()

    def test_tls_comes_without_a_restart(self):
        with Daemon() as daemon:
            before = self.enterContext(Dialogue(daemon.port()))
            before.reply()

            def change(x):
                x["tls"] = self.tls
                x["listeners"][0]["tls"] = "starttls"
            daemon.edit(change)
            said = " ".join(daemon.hang_up())
            self.assertIn('changed="tls.certificates, listeners.mx.tls', said)
            self.assertNotIn("STARTTLS", before.say("EHLO client.example"))
            with smtplib.SMTP("127.0.0.1", daemon.port()) as client:
                client._host = "localhost"
                client.starttls(
                    context=ssl.create_default_context(cafile=self.certificate))
                self.assertEqual(client.noop()[0], 250)
            daemon.stop()

    def test_a_section_that_does_not_load_changes_nothing(self):
        daemon = self.daemon()
        before = shown(daemon.port())
        other = self.folder.write("other.crt", "no certificate")

        def change(x):
            x["tls"]["certificates"][0]["certificate"] = other
            x["listeners"][0]["banner"] = "Hello again"
        daemon.edit(change)
        said = " ".join(daemon.hang_up("node configuration not read again"))
        self.assertIn(f"{other} holds no usable certificate", said)
        self.assertEqual(shown(daemon.port()), before)
        daemon.stop()


if __name__ == "__main__":
    unittest.main()
