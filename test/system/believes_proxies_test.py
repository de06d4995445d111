"""The PROXY protocol: load balancers that are named say who the client is."""

import ipaddress
import socket
import ssl
import struct
import unittest

from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest,
                       make_certificate, until)

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LOCAL, PROXY = 0x20, 0x21


def extension(kind, value):
    return struct.pack("!BH", kind, len(value)) + value


def tls(version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256"):
    """What version 2 tells of the client's TLS."""
    return extension(0x20, struct.pack("!BI", 1, 0)
                     + extension(0x21, version.encode("latin-1"))
                     + extension(0x23, cipher.encode("latin-1")))


def version_2(source="192.0.2.9", extensions=b"", command=PROXY):
    source = ipaddress.ip_address(source)
    family = 0x11 if source.version == 4 else 0x21
    to = ipaddress.ip_address("192.0.2.25" if source.version == 4
                              else "2001:db8::25")
    body = (source.packed + to.packed + struct.pack("!HH", 40000, 25)
            + extensions)
    return SIGNATURE + struct.pack("!BBH", command, family, len(body)) + body


class BelievesProxies(SystemTest):
    @classmethod
    def setUpClass(cls):
        folder = Folder()
        cls.addClassCleanup(folder.remove)
        cls.certificate, key = make_certificate(folder)
        cls.peer = cls.enterClassContext(Peer())
        proxied = {"address": "127.0.0.1:0", "proxy_protocol": ["127.0.0.1"]}
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": cls.certificate,
                                   "key": key}]},
            listeners=[
                proxied | {"name": "mx", "tls": "starttls",
                           "limits": {"max_clients_per_host": 2}},
                proxied | {"name": "tls", "tls": "implicit"},
                proxied | {"name": "hasty",
                           "limits": {"command_time": "1s"}},
                {"name": "others", "address": "127.0.0.1:0",
                 "proxy_protocol": ["192.0.2.0/24"]},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}],
            routes=[{"client": "192.0.2.66", "to": "reject",
                     "reply": "550 5.7.1 Not from there"}, {"to": "relay"}],
            delivery={"next_hop": [cls.peer.url]}))

    def setUp(self):
        until(self.daemon.is_empty, 10, "the queue is empty")
        self.peer.mails.clear()

    def client(self, header, listener="mx", **options):
        client = self.enterContext(
            Dialogue(self.daemon.port(listener), **options))
        client.write(header)
        return client

    def trace(self, client):
        """Sends a message; its `Received` of ours."""
        self.assertRegex(client.reply(), "^220 ")
        for line, code in (("EHLO client.example", "250"),
                           ("MAIL FROM:<from@sender.example>", "250"),
                           ("RCPT TO:<to@stagepost.example>", "250"),
                           ("DATA", "354"),
                           ("Subject: a\r\n\r\nb\r\n.", "250")):
            self.assertEqual(client.say(line)[:3], code, line)
        client.say("QUIT")
        until(self.peer.taken, 15, "mail arrives")
        return self.peer.taken()[0].header("Received")

    def closed(self, client):
        """Without a word."""
        self.assertEqual(client.file.read(), b"")

    def test_version_1_names_the_client(self):
        trace = self.trace(self.client(
            b"PROXY TCP4 192.0.2.9 192.0.2.25 40000 25\r\n"))
        self.assertIn("from client.example ([192.0.2.9])", trace)
        self.assertIn("with ESMTP id", trace)

    def test_version_1_names_a_client_of_ipv6(self):
        self.assertIn("([IPv6:2001:db8::9])", self.trace(self.client(
            b"PROXY TCP6 2001:db8::9 2001:db8::25 40000 25\r\n")))

    def test_version_2_names_the_client(self):
        self.assertIn("([192.0.2.9])", self.trace(self.client(version_2())))

    def test_version_2_names_a_client_of_ipv6(self):
        self.assertIn("([IPv6:2001:db8::9])",
                      self.trace(self.client(version_2("2001:db8::9"))))

    def test_the_clients_tls_is_ours(self):
        trace = self.trace(self.client(version_2(extensions=tls())))
        self.assertIn("TLSv1.3 TLS_AES_128_GCM_SHA256", trace)
        self.assertIn("with ESMTPS id", trace)

    def test_in_tls_there_is_no_starttls(self):
        client = self.client(version_2(extensions=tls()))
        client.reply()
        offered = client.say("EHLO client.example")
        self.assertNotIn("STARTTLS", offered)
        self.assertIn("REQUIRETLS", offered)
        self.assertEqual(client.say("STARTTLS")[:9], "503 5.5.1")

    def test_what_it_says_of_tls_does_not_break_the_header(self):
        trace = self.trace(self.client(version_2(extensions=tls(
            "TLS)\\(\"<>;", "\xff\xfe(((("))))
        self.assertRegex(trace, r"\(TLS[?= ]+\)\s+by ")

    def test_a_proxy_speaks_for_itself(self):
        for header in (version_2(command=LOCAL), SIGNATURE + b"\x20\0\0\0",
                       b"PROXY UNKNOWN\r\n", SIGNATURE + b"\x21\0\0\0"):
            with self.subTest(header):
                self.peer.mails.clear()
                self.assertIn("([127.0.0.1])",
                              self.trace(self.client(header)))

    def test_a_header_may_come_octet_by_octet(self):
        for header in (b"PROXY TCP4 192.0.2.9 192.0.2.25 40000 25\r\n",
                       version_2(extensions=tls())):
            client = self.client(b"")
            client.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for octet in header:
                client.write(bytes([octet]))
            self.assertRegex(client.reply(), "^220 ")

    def test_a_malformed_header_closes_the_connection(self):
        whole = version_2()
        bad = [
            b"EHLO client.example\r\n",
            b"PROXY TCP4 192.0.2.9 192.0.2.25 40000\r\n",
            b"PROXY TCP4 192.0.2.999 192.0.2.25 40000 25\r\n",
            b"PROXY TCP4 192.0.2.9 192.0.2.25 40000 65536\r\n",
            b"PROXY TCP4 192.0.2.9 192.0.2.25 40000 25\n",
            b"PROXY TCP4 192.0.2.9 192.0.2.25 40000 25\rQ",
            b"PROXY TCP4 2001:db8::9 2001:db8::25 40000 25\r\n",
            b"PROXY " + b"x" * 200 + b"\r\n",
            whole[:12] + b"\x31" + whole[13:],
            whole[:12] + b"\x22" + whole[13:],
            whole[:13] + b"\x41" + whole[14:],
            whole[:14] + b"\xff\xff" + whole[16:],
            version_2(extensions=b"\x20\0\xff"),
            version_2(extensions=extension(3, b"\0\0\0\0")),
            version_2(extensions=tls("TLS\r\nX-Evil: 1"))]
        for header in bad:
            with self.subTest(header):
                self.closed(self.client(header))
        self.assertEqual(len(self.daemon.logged("smtp bad PROXY header")),
                         len(bad))
        self.assertFalse(self.peer.taken())

    def test_half_a_header_is_not_waited_for(self):
        self.closed(self.client(b"PROXY TCP4 192.0.2.9", "hasty"))
        self.closed(self.client(version_2()[:-1], "hasty"))

    def test_a_client_that_is_no_proxy_claims_nothing(self):
        client = self.client(b"", "others")
        self.assertRegex(client.reply(), "^220 ")
        self.assertEqual(
            client.say("PROXY TCP4 192.0.2.9 192.0.2.25 40000 25")[:9],
            "500 5.5.2")
        client = self.client(version_2(), "others")
        self.assertRegex(client.reply(), "^(220|554) ")
        self.assertNotIn(b"250", client.file.read())
        # And from a network that is not named it is likewise.
        client = self.client(b"", source="127.0.0.2")
        self.assertRegex(client.reply(), "^220 ")
        self.assertEqual(
            client.say("PROXY TCP4 192.0.2.9 192.0.2.25 40000 25")[:9],
            "500 5.5.2")

    def test_the_proxy_itself_is_not_a_client_without_a_header(self):
        client = self.client(b"MAIL FROM:<a@b.example>\r\n")
        self.closed(client)

    def test_what_follows_the_header_talks_too_early(self):
        client = self.client(b"PROXY TCP4 192.0.2.9 192.0.2.25 40000 25\r\n"
                             b"EHLO client.example\r\n")
        self.assertRegex(client.reply(), r"^554 5\.5\.0 ")
        self.assertEqual(client.reply(), "")

    def test_tls_begins_behind_the_header(self):
        trust = ssl.create_default_context(cafile=self.certificate)
        for header in b"PROXY TCP4 192.0.2.9 192.0.2.25 1 25\r\n", version_2():
            self.peer.mails.clear()
            client = self.client(header, "tls")
            client.file.close()
            client.sock = trust.wrap_socket(client.sock,
                                            server_hostname="localhost")
            client.file = client.sock.makefile("rb")
            trace = self.trace(client)
            self.assertIn("([192.0.2.9])", trace)
            self.assertIn("with ESMTPS id", trace)

    def test_header_and_handshake_may_come_in_one_segment(self):
        trust = ssl.create_default_context(cafile=self.certificate)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        engine = trust.wrap_bio(incoming, outgoing,
                                server_hostname="localhost")
        client = self.client(b"", "tls")
        with self.assertRaises(ssl.SSLWantReadError):
            engine.do_handshake()
        client.write(version_2() + outgoing.read())
        while True:
            try:
                greeting = engine.read(1000)
                break
            except ssl.SSLWantReadError:
                if out := outgoing.read():
                    client.write(out)
                octets = client.sock.recv(16384)
                self.assertTrue(octets, "closed")
                incoming.write(octets)
        self.assertTrue(greeting.startswith(b"220 "))

    def test_the_named_client_is_who_counts(self):
        first = [self.client(version_2("192.0.2.7")) for _ in range(2)]
        for client in first:
            self.assertRegex(client.reply(), "^220 ")
        third = self.client(version_2("192.0.2.7"))
        self.assertRegex(third.reply(), r"^421 4\.3\.2 ")
        self.assertEqual(third.reply(), "")
        other = self.client(version_2("192.0.2.8"))
        self.assertRegex(other.reply(), "^220 ")

    def test_the_named_client_is_whom_routes_match(self):
        client = self.client(version_2("192.0.2.66"))
        client.reply()
        client.say("EHLO client.example")
        client.say("MAIL FROM:<from@sender.example>")
        self.assertRegex(client.say("RCPT TO:<to@stagepost.example>"),
                         "^550 5.7.1 Not from there")


if __name__ == "__main__":
    unittest.main()
