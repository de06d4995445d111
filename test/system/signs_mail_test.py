"""What leaves is signed by the keys of its author's domain, so that others can
verify it, whatever it holds."""

import os
import re
import smtplib
import unittest

from dkim_verifier import Records, signers
from stagepost import (Daemon, Dialogue, Folder, Peer, SystemTest, hashed,
                       send, until)

FROM = "From: Joe <joe@stagepost.example>\r\n"
LINE = b"0123456789 abcdefghij \t ABCDEFGHIJ  " + bytes(range(128, 160))

# Name and content.
MAILS = {
    "plain": FROM + "To: a@b.example\r\nSubject: plain\r\n\r\nHello\r\n",
    "no body": FROM + "Subject: none\r\n\r\n",
    "no empty line": FROM + "Subject: none\r\n",
    "empty lines": FROM + "\r\n\r\n\r\nHello\r\n \t\r\n\r\n\r\n",
    "dots": FROM + "\r\n.\r\n..\r\n...three\r\n.one\r\n. \r\n",
    "white space": FROM + "Subject:   a \t b  \r\n\r\na  b \t\r\n\tc\t\r\n",
    "8-bit": (FROM + "Subject: Gr\u00fc\u00dfe\r\n\r\n"
              "Gr\u00fc\u00dfe aus K\u00f6ln, \u4f60\u597d\r\n").encode(),
    "folded": FROM + "Subject: a\r\n\tb\r\n  c\r\nTo:\r\n a@b.example,\r\n"
                     "\t c@d.example\r\n\r\nHello\r\n",
    "repeated": "To: 1@b.example\r\nTO: 2@b.example\r\n" + FROM +
                "to: 3@b.example\r\nList-Id: x\r\nSubject: a\r\n"
                "Subject: b\r\n\r\nHello\r\n",
    "folded author": "From: \"Joe, of (here)\"\r\n (a comment)\r\n"
                     "\t<joe@STAGEPOST.example>\r\n\r\nHello\r\n",
    "signed before": "DKIM-Signature: v=1; a=rsa-sha256; d=other.example;\r\n"
                     " s=x; h=from; bh=AAAA; b=AAAA\r\n" + FROM +
                     "\r\nHello\r\n",
    "long": FROM.encode() + b"Subject: long\r\n\r\n" + (LINE + b"\r\n") * 30000,
    "long lines": FROM.encode() + b"\r\n" + (b"x " * 499 + b"\r\n") * 300,
}


def submit(port, content, *, sender="joe@stagepost.example", user=None,
           to="to@peer.example"):
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo("client.example")
        if user:
            client.login(user, "secret")
        client.mail(sender, ["BODY=8BITMIME"])
        for one in [to] if isinstance(to, str) else to:
            client.rcpt(one)
        code, text = client.data(content)
        assert code == 250, text


class SignsMail(SystemTest):
    def setUp(self):
        self.folder = Folder()
        self.addCleanup(self.folder.remove)
        self.records = Records()
        self.peer = self.enterContext(Peer())

    def create(self, domain, *arguments):
        """Makes a key, and gives what the configuration says of it."""
        made = self.records.create(self.folder, domain, *arguments)
        return {"selector": made["selector"], "key": made["key"]}

    def both(self, domain):
        return [self.create(domain, "--selector", "s1"),
                self.create(domain, "--selector", "e1", "--type", "ed25519")]

    def daemon(self, keys, **more):
        dkim = {"domains": keys} | more.pop("dkim", {})
        settings = {"delivery": {"next_hop": [self.peer.url], "retry": "1s"},
                    "dkim": dkim} | more
        return self.enterContext(Daemon(**settings))

    def arrives(self, count=1):
        until(lambda: len(self.peer.taken()) >= count, 30, "mail arrives")
        return self.peer.taken()[-1].content

    def check(self, content, count=2):
        self.assertEqual(len(signers(content)), count)
        for i in range(count):
            self.assertTrue(self.records.verifies(content, i), i)

    def test_whatever_it_holds_both_signatures_verify(self):
        daemon = self.daemon({"stagepost.example":
                              self.both("stagepost.example")})
        for number, (name, content) in enumerate(MAILS.items(), 1):
            with self.subTest(name):
                submit(daemon.port(), content)
                got = self.arrives(number)
                self.assertEqual(signers(got)[:2], [
                    ("stagepost.example", "s1", "rsa-sha256"),
                    ("stagepost.example", "e1", "ed25519-sha256")])
                self.assertTrue(self.records.verifies(got, 0))
                self.assertTrue(self.records.verifies(got, 1))
        metrics = daemon.metrics()
        self.assertEqual(metrics["stagepost_dkim_signatures_total"],
                         2 * len(MAILS))
        self.assertEqual(metrics["stagepost_dkim_failures_total"], 0)
        # Our own field stands above all that came with the message.
        self.assertTrue(got.startswith(b"DKIM-Signature: v=1; a=rsa-sha256;"))
        for line in got.split(b"\r\n\r\n")[0].split(b"\r\n"):
            self.assertLessEqual(len(line), 78)
        daemon.stop()

    def test_content_without_its_last_line_end_verifies(self):
        daemon = self.daemon({"stagepost.example":
                              self.both("stagepost.example")})
        for number, octets in enumerate([b"Hello", b"Hello\r\n.", b"a \r\n "],
                                        1):
            content = FROM.encode() + b"\r\n" + octets
            with Dialogue(daemon.port()) as client:
                client.reply()
                client.say("EHLO client.example")
                client.say("MAIL FROM:<joe@stagepost.example>")
                client.say("RCPT TO:<to@peer.example>")
                client.write(f"BDAT {len(content)} LAST\r\n".encode()
                             + content)
                self.assertEqual(client.reply()[:3], "250")
            got = self.arrives(number)
            self.assertTrue(got.endswith(octets + b"\r\n"))
            self.check(got)

    def test_it_is_signed_as_each_server_takes_it(self):
        old = self.enterContext(Peer(extensions=["PIPELINING"]))
        chunks = self.enterContext(Peer(extensions=["8BITMIME", "CHUNKING"]))
        binary = self.enterContext(Peer(extensions=[
            "8BITMIME", "CHUNKING", "BINARYMIME"]))
        peers = {"old": old, "chunks": chunks, "binary": binary}
        daemon = self.daemon(
            {"stagepost.example": self.both("stagepost.example")},
            delivery={"next_hop": [self.peer.url], "retry": "1s", "domains": {
                f"{name}.example": {"next_hop": [peer.url]}
                for name, peer in peers.items()}})
        header = FROM.encode() + (
            b"MIME-Version: 1.0\r\nSubject: a\r\n"
            b"Content-Type: text/plain; charset=utf-8\r\n"
            b"Content-Transfer-Encoding: %s\r\n\r\n")
        for body, names, octets in [
                ("8BITMIME", ["peer", "old", "chunks"],
                 header % b"8bit" + "Gr\u00fc\u00dfe \r\n".encode() * 20000),
                ("BINARYMIME", ["binary", "old"],
                 header.replace(b"text/plain; charset=utf-8",
                                b"application/octet-stream") % b"binary"
                 # dkimpy takes a bare LF for a line end.
                 + bytes(x for x in range(256) if x != 10) * 3)]:
            for peer in (self.peer, *peers.values()):
                peer.mails.clear()
            with Dialogue(daemon.port()) as client:
                client.reply()
                client.say("EHLO client.example")
                client.say(f"MAIL FROM:<joe@stagepost.example> BODY={body}")
                for name in names:
                    client.say(f"RCPT TO:<to@{name}.example>")
                client.write(b"BDAT %d LAST\r\n" % len(octets) + octets)
                self.assertEqual(client.reply()[:3], "250")
            for name in names:
                with self.subTest(body=body, to=name):
                    peer = peers.get(name, self.peer)
                    until(peer.taken, 30, "mail arrives")
                    got = peer.taken()[0].content
                    self.check(got)
                    if name == "old":
                        got.decode("ascii")
            until(daemon.is_empty, 20)

    def test_what_is_changed_or_added_on_the_way_shows(self):
        daemon = self.daemon({"stagepost.example":
                              [self.create("stagepost.example")]})
        submit(daemon.port(), MAILS["plain"])
        good = self.arrives()
        self.check(good, 1)
        self.check(b"Received: from here\r\n" + good, 1)
        for changed in [
                good.replace(b"Hello", b"Hallo"),
                good.replace(b"Subject: plain", b"Subject: other"),
                *(x + good for x in [
                    b"From: x@y.example\r\n", b"Subject: x\r\n",
                    b"To: x@y.example\r\n", b"Cc: x@y.example\r\n",
                    b"Reply-To: x@y.example\r\n",
                    b"Content-Type: text/html\r\n"])]:
            self.assertFalse(self.records.verifies(changed), changed[:40])

    def test_only_mail_of_ours_is_signed(self):
        key = self.create("stagepost.example")
        star = self.create("*.stars.example")
        daemon = self.daemon(
            {"stagepost.example": [key], "*.stars.example": star},
            dkim={"clients": ["192.0.2.0/24"], "listeners": ["inside"]},
            auth=[{"type": "users",
                   "users": {"joe": hashed("secret")["password"]}}],
            listeners=[
                {"name": "mx", "address": "127.0.0.1:0", "auth": "optional",
                 "auth_without_tls": True, "xclient": ["127.0.0.1"]},
                {"name": "inside", "address": "127.0.0.1:0"},
                {"name": "status", "protocol": "http",
                 "address": "127.0.0.1:0"}])
        content = MAILS["plain"]
        submit(daemon.port(), content)
        self.assertEqual(signers(self.arrives(1)), [])
        submit(daemon.port(), content, user="joe")
        self.check(self.arrives(2), 1)
        submit(daemon.port("inside"), content)
        self.check(self.arrives(3), 1)
        with Dialogue(daemon.port()) as client:
            client.reply()
            client.say("EHLO client.example")
            client.say("XCLIENT ADDR=192.0.2.7")
            client.say("EHLO client.example")
            client.say("MAIL FROM:<joe@stagepost.example>")
            client.say("RCPT TO:<to@peer.example>")
            client.say("DATA")
            client.write(content.encode())
            self.assertEqual(client.say(".")[:3], "250")
        self.check(self.arrives(4), 1)
        # The author's domain decides, not the envelope's.
        submit(daemon.port("inside"), content, sender="x@other.example")
        self.check(self.arrives(5), 1)
        submit(daemon.port("inside"), content.replace("stagepost", "other"))
        self.assertEqual(signers(self.arrives(6)), [])
        submit(daemon.port("inside"),
               content.replace("@stagepost.", "@far.away.stars."))
        got = self.arrives(7)
        self.assertEqual(signers(got)[0][0], "stars.example")
        self.check(got, 1)

    def test_our_own_reports_are_signed_as_the_host_s_domain(self):
        daemon = self.daemon({"stagepost.example":
                              self.both("stagepost.example")},
                             dkim={"clients": []})
        self.peer.answers["RCPT"] = lambda _, to: (
            "550 5.1.1 No such user" if "nobody" in to else None)
        send(daemon.port(), MAILS["plain"], to="nobody@peer.example",
             sender="joe@elsewhere.example")
        report = self.arrives()
        self.assertIn(b"From: Mail Delivery System <", report)
        self.assertIn(b"@mx.stagepost.example>", report)
        self.check(report)

    def test_a_new_key_is_taken_without_a_restart(self):
        key = self.create("stagepost.example", "--selector", "s1")
        daemon = self.daemon({"stagepost.example": [key]})
        submit(daemon.port(), MAILS["plain"])
        self.check(self.arrives(1), 1)
        # What is no key changes nothing, and is told once.
        with open(key["key"], "rb") as file:
            old = file.read()
        for _ in range(2):
            with open(key["key"], "wb") as file:
                file.write(b"no key")
            daemon.hang_up()
            submit(daemon.port(), MAILS["plain"])
        self.check(self.arrives(3), 1)
        until(lambda: daemon.logged("node dkim key not renewed"), 5)
        told, = daemon.logged("node dkim key not renewed")
        self.assertIn(f"{key['key']} holds no usable private key", told)
        # The old one again, and then another in its place, by itself.
        fresh = Records()
        made = fresh.create(self.folder, "stagepost.example", "--selector",
                            "s1", below="fresh")
        os.rename(made["key"], key["key"])
        daemon.hang_up("node dkim keys renewed")
        submit(daemon.port(), MAILS["plain"])
        got = self.arrives(4)
        self.assertTrue(fresh.verifies(got))
        self.assertFalse(self.records.verifies(got))
        # Another name for the old key comes by SIGHUP.
        again = self.folder / "again.pem"
        with open(os.open(again, os.O_CREAT | os.O_WRONLY, 0o600), "wb") as f:
            f.write(old)
        self.records.texts["s2._domainkey.stagepost.example"] = (
            self.records.texts["s1._domainkey.stagepost.example"])

        def change(x):
            x["dkim"]["domains"]["stagepost.example"] = [
                {"selector": "s2", "key": again}]
        daemon.edit(change)
        self.assertIn("changed=dkim.domains", " ".join(daemon.hang_up()))
        submit(daemon.port(), MAILS["plain"])
        self.check(self.arrives(5), 1)
        daemon.stop()

    def test_what_can_not_be_signed_goes_unsigned(self):
        daemon = self.daemon({"stagepost.example":
                              [self.create("stagepost.example")]})
        submit(daemon.port(), FROM + FROM + "\r\nHello\r\n")
        self.assertEqual(signers(self.arrives()), [])
        told, = daemon.logged("dkim not signed")
        self.assertIn("the header has more than one From", told)
        self.assertEqual(daemon.metrics()["stagepost_dkim_failures_total"], 1)

    def test_where_it_is_required_it_is_not_sent(self):
        daemon = self.daemon({"stagepost.example":
                              [self.create("stagepost.example")]},
                             dkim={"required": True})
        submit(daemon.port(), FROM + FROM + "\r\nHello\r\n")
        report = self.arrives()
        self.assertIn(b"can't be signed: the header has more than one From",
                      re.sub(rb"\s+", b" ", report))
        self.assertIn(b"Status: 5.6.0", report)
        self.assertNotIn(b"Remote-MTA", report)
        self.check(report, 1)
        submit(daemon.port(), MAILS["plain"])
        self.check(self.arrives(2), 1)

    def test_a_message_to_many_places_is_signed_once(self):
        other = self.enterContext(Peer())
        daemon = self.daemon(
            {"stagepost.example": [self.create("stagepost.example")]},
            delivery={"next_hop": [self.peer.url], "retry": "1s", "domains": {
                "other.example": {"next_hop": [other.url]}}})
        self.peer.answers["CONTENT"] = ["451 4.3.0 Later", None]
        submit(daemon.port(), MAILS["plain"],
               to=["a@peer.example", "b@other.example"])
        self.check(self.arrives(), 1)
        until(other.taken, 20, "the other peer has it")
        self.assertEqual(other.taken()[0].header("DKIM-Signature"),
                         self.peer.taken()[0].header("DKIM-Signature"))
        # Both may have begun before either was done; the second try is no
        # other signature.
        self.assertLessEqual(
            daemon.metrics()["stagepost_dkim_signatures_total"], 2)

    def test_deferred_mail_is_signed_after_a_restart(self):
        daemon = self.daemon({"stagepost.example":
                              [self.create("stagepost.example")]})
        self.peer.answers["RCPT"] = "451 4.3.0 Later"
        submit(daemon.port(), MAILS["plain"])
        until(lambda: daemon.logged("queue deferred"), 20)
        daemon.stop()
        self.peer.answers["RCPT"] = None
        daemon.start()
        self.check(self.arrives(), 1)


if __name__ == "__main__":
    unittest.main()
