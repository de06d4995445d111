"""Who logs in, and how."""

import base64
import itertools
import json
import ssl
import subprocess

from client import Dialogue
from daemon import Daemon, SystemTest, run
from peer import Peer
from scratch import Folder, make_certificate


def hashed(password):
    """What stands for a user with this password in the configuration."""
    done = run("password", "--stdin", "--json", input=password + "\n")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def base64_of(text):
    return base64.b64encode(text.encode()).decode()


def plain(user, password):
    """A first response of PLAIN (RFC 4616)."""
    return base64_of(f"\0{user}\0{password}")


def logs_in_by_scram(port, user, password, authority,
                     mechanism="SCRAM-SHA-256"):
    """Has GNU SASL do it, after STARTTLS. It checks the server's proof too.
    Returns whether it went well, and all that was said."""
    # With a channel to bind to it uses nothing but PLUS.
    unbound = [] if mechanism.endswith("-PLUS") else ["--no-cb"]
    done = subprocess.run(
        ["gsasl", "--smtp", "--verbose", *unbound, "--mechanism", mechanism,
         "--authentication-id", user, "--password", password,
         "--x509-ca-file", authority, "--connect", f"localhost:{port}"],
        stdin=subprocess.DEVNULL, text=True, timeout=60, check=False,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    well = done.returncode == 0 and "server trusted" in done.stdout
    return well, done.stdout


class LoginTest(SystemTest):
    """A daemon with a certificate for `localhost`; `listeners`, `auth` and
    `routes` are the subclass's. Mail goes to `peer`."""

    listeners = [{"name": "mx", "address": "127.0.0.1:0", "tls": "starttls",
                  "auth": "optional"}]
    routes = [{"to": "relay"}]
    # Failures make the next ones of an address wait: each test has its own.
    sources = (f"127.0.{i}.1" for i in itertools.count(1))

    @classmethod
    def auth(cls):
        """The section `auth`."""
        raise NotImplementedError

    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        cls.certificate, key = make_certificate(cls.folder)
        cls.trust = ssl.create_default_context(cafile=cls.certificate)
        cls.peer = cls.enterClassContext(Peer())
        cls.daemon = cls.enterClassContext(Daemon(
            tls={"certificates": [{"certificate": cls.certificate,
                                   "key": key}]},
            listeners=[*cls.listeners,
                       {"name": "status", "protocol": "http",
                        "address": "127.0.0.1:0"}],
            auth=cls.auth(), routes=cls.routes,
            delivery={"next_hop": [cls.peer.url]}))

    def setUp(self):
        self.peer.mails.clear()
        self.source = next(self.sources)

    def greeted(self, listener="mx"):
        client = self.enterContext(
            Dialogue(self.daemon.port(listener), 60, source=self.source))
        client.reply()
        client.offered = client.say("EHLO client.example")
        return client

    def secured(self, listener="mx"):
        """A client after STARTTLS and EHLO."""
        client = self.greeted(listener)
        self.assertEqual(client.say("STARTTLS")[:4], "220 ")
        client.secure(self.trust)
        client.offered = client.say("EHLO client.example")
        return client

    def attempt(self, user, password):
        """A login by PLAIN on a connection of its own. Returns the reply."""
        with self.secured() as client:
            return client.say(f"AUTH PLAIN {plain(user, password)}")
