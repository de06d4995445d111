"""MTA-STS: mail goes to the hosts of a domain's policy, over TLS that an
authority vouches for."""

import json
import re
import ssl
import threading
import unittest
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from authority import Authority
from stagepost import (Daemon, Folder, Peer, SystemTest, Zone, free_port,
                       make_certificate, send, until)

ZONE = "stagepost.example"
DOMAINS = ("right", "unlisted", "foreign", "clear", "testing", "none",
           "missing", "moved", "broken", "other-name", "kept")


def records(kept_id="1"):
    lines = ["good-mx A 127.0.0.2", "bad-mx A 127.0.0.3",
             "clear-mx A 127.0.0.4", "nobody MX 10 bad-mx"]
    hosts = {"foreign": "bad-mx", "testing": "bad-mx", "none": "bad-mx",
             "missing": "bad-mx", "moved": "bad-mx", "broken": "bad-mx",
             "other-name": "bad-mx", "clear": "clear-mx"}
    for domain in DOMAINS:
        number = kept_id if domain == "kept" else "1"
        lines += [f"{domain} MX 10 {hosts.get(domain, 'good-mx')}",
                  f'_mta-sts.{domain} TXT "v=STSv1; id={number};"',
                  f"mta-sts.{domain} A 127.0.0.1"]
    return "\n".join(lines)


def policy(mode, *hosts):
    return "version: STSv1\r\n" + "".join(
        f"mx: {x}\r\n" for x in hosts) + f"mode: {mode}\r\nmax_age: 86400\r\n"


POLICIES = {
    "right": policy("enforce", f"*.{ZONE}"),
    "unlisted": policy("enforce", f"elsewhere.{ZONE}"),
    "foreign": policy("enforce", f"bad-mx.{ZONE}"),
    "clear": policy("enforce", f"clear-mx.{ZONE}"),
    "testing": policy("testing", f"elsewhere.{ZONE}"),
    "none": policy("none"),
    "broken": "<html>",
    "other-name": policy("enforce", f"elsewhere.{ZONE}"),
    "kept": policy("enforce", f"elsewhere.{ZONE}"),
}


class PolicyHost:
    """Serves policies over HTTPS, by the domain that the client asks for."""

    def __init__(self, certificate, key):
        self.policies = dict(POLICIES)
        self.asked = []
        host = self

        class Answers(BaseHTTPRequestHandler):
            def do_GET(self):
                domain = self.headers["Host"].split(".")[1]
                host.asked.append((domain, self.path))
                if domain == "moved":
                    self.send_response(301)
                    self.send_header("Location", "https://127.0.0.1/")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                    return
                text = host.policies.get(domain)
                if text is None:
                    return self.send_error(404)
                self.send_response(200)
                self.send_header("Content-Type", "text/plain")
                self.send_header("Content-Length", str(len(text)))
                self.end_headers()
                self.wfile.write(text.encode())

            def log_message(self, *_):
                pass

        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        self.server.socket = context.wrap_socket(self.server.socket,
                                                 server_side=True)
        self.port = self.server.server_port
        threading.Thread(target=self.server.serve_forever,
                         daemon=True).start()

    def close(self):
        self.server.shutdown()
        self.server.server_close()


class KeepsToMtaSts(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        authority = Authority(cls.folder)
        cls.host = PolicyHost(*authority.issue(
            *(f"mta-sts.{x}.{ZONE}" for x in DOMAINS if x != "other-name")))
        cls.addClassCleanup(cls.host.close)
        port = free_port()
        cls.zone = cls.enterClassContext(Zone(records(), ZONE))
        cls.good = cls.enterClassContext(Peer(
            "127.0.0.2", port, tls=authority.issue(f"good-mx.{ZONE}")))
        cls.bad = cls.enterClassContext(Peer(
            "127.0.0.3", port,
            tls=make_certificate(cls.folder, f"bad-mx.{ZONE}")))
        cls.clear = cls.enterClassContext(Peer("127.0.0.4", port))
        cls.daemon = cls.enterClassContext(Daemon(
            dns={"servers": [cls.zone.server]},
            delivery={"port": port, "retry": "1h",
                      "mta_sts_port": cls.host.port,
                      "ca_file": authority.certificate,
                      "domains": {f"strict.{ZONE}": {
                          "tls": "verified",
                          "next_hop": [f"smtp://good-mx.{ZONE}:{port}"]},
                          f"stricter.{ZONE}": {
                          "tls": "verified",
                          "next_hop": [f"smtp://bad-mx.{ZONE}:{port}"]}}}))

    def setUp(self):
        for peer in (self.good, self.bad, self.clear):
            peer.mails.clear()
            peer.commands.clear()

    def sent(self, domain):
        return send(self.daemon.port(), to=f"to@{domain}.{ZONE}")

    def arrives(self, domain, peer, verified):
        number = self.sent(domain)
        until(peer.taken, 30, f"mail to {domain} arrives")
        line = until(lambda: self.daemon.logged(
            f"queue delivered id={number}"), 10)[0]
        self.assertIn(f" verified={verified}", line)

    def waits(self, domain, why):
        number = self.sent(domain)
        line = until(lambda: self.daemon.logged(
            f"queue deferred id={number}"), 30)[0]
        self.daemon.cli("queue", "delete", number)
        self.assertRegex(line, why)
        for peer in (self.good, self.bad, self.clear):
            self.assertEqual(peer.heard("MAIL"), [], "nothing left")

    def not_fetched(self, domain, why):
        self.arrives(domain, self.bad, "no")
        lines = [x for x in self.daemon.logged(
            "delivery mta-sts policy not fetched")
            if f"domain={domain}.{ZONE}" in x]
        self.assertEqual(len(lines), 1)
        self.assertRegex(lines[0], why)

    def test_a_host_of_the_policy_that_is_verified_gets_the_mail(self):
        self.arrives("right", self.good, "sts")
        self.assertIn(("right", "/.well-known/mta-sts.txt"), self.host.asked)
        said = self.daemon.cli("explain", "a@b.example", f"to@right.{ZONE}")
        site = re.search("^site: (.*)$", said, re.M)[1]
        self.assertIn("+sts", site)
        self.assertIn(f"destination {site} is up", said)
        self.sent("right")
        until(lambda: len(self.good.taken()) == 2)
        self.assertEqual(self.host.asked.count(
            ("right", "/.well-known/mta-sts.txt")), 1, "it is cached")

    def test_a_host_that_the_policy_does_not_name_gets_nothing(self):
        self.waits("unlisted", r"4\.7\.5 The MTA-STS policy of "
                               rf"unlisted\.{ZONE} names none .*good-mx")

    def test_a_certificate_by_nobody_gets_nothing(self):
        self.waits("foreign", r"4\.7\.5 TLS with bad-mx.*self-signed "
                              r"certificate \(MTA-STS\)")

    def test_a_host_without_starttls_gets_nothing(self):
        self.waits("clear", r"4\.7\.4 TLS is required.*\(MTA-STS\)")

    def test_what_is_only_tested_is_told(self):
        self.arrives("testing", self.bad, "no")
        self.assertTrue(self.daemon.logged(
            "delivery mta-sts would refuse a host"))

    def test_explain_foresees_what_a_policy_refuses(self):
        page = json.loads(self.daemon.cli(
            "explain", "a@b.example", f"to@unlisted.{ZONE}", "--json"))
        to = page["delivery"]
        self.assertEqual(to["mta_sts"], "enforce")
        self.assertFalse(to["next_hops"][0]["listed"])
        host = to["next_hops"][0]["host"]
        self.assertRegex(to["site"], rf"\+sts!{re.escape(host)}$")
        self.assertRegex(to["verdict"], "^451 4.7.5 The MTA-STS policy")
        said = self.daemon.cli("explain", "a@b.example", f"to@right.{ZONE}")
        self.assertIn("MTA-STS: enforce", said)
        self.assertNotIn("it would", said)

    def test_a_policy_may_ask_for_nothing(self):
        self.arrives("none", self.bad, "no")

    def test_a_domain_without_record_has_no_policy(self):
        self.arrives("nobody", self.bad, "no")
        self.assertNotIn("nobody", [x for x, _ in self.host.asked])

    def test_a_policy_that_is_not_there_is_none(self):
        self.not_fetched("missing", "the answer is 404")

    def test_nobody_is_led_elsewhere(self):
        self.not_fetched("moved", "the answer is 301")

    def test_what_is_no_policy_is_none(self):
        self.not_fetched("broken", "no policy")

    def test_the_policy_host_is_verified(self):
        self.not_fetched("other-name", "hostname mismatch")

    def test_policies_outlive_the_daemon_and_change_with_their_id(self):
        self.waits("kept", "MTA-STS")
        self.daemon.stop()
        self.host.policies["kept"] = policy("enforce", f"good-mx.{ZONE}")
        self.daemon.start()
        self.waits("kept", "MTA-STS")  # the id is the same
        self.assertEqual([x for x, _ in self.host.asked].count("kept"), 1)
        self.zone.reload(records("2"), 2)
        self.daemon.stop()
        self.daemon.start()
        self.arrives("kept", self.good, "sts")
        self.zone.reload(records("2"), 3)

    def test_a_smart_host_may_have_to_be_verified(self):
        self.arrives("strict", self.good, "pkix")
        self.good.mails.clear()
        self.good.commands.clear()
        self.waits("stricter", r"4\.7\.5 TLS with bad-mx.*self-signed")


if __name__ == "__main__":
    unittest.main()
