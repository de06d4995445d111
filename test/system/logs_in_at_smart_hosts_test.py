"""Mail goes to smart hosts that want a login: a second Stagepost, and a server
that says what the test says."""

import unittest
import urllib.parse

from stagepost import Daemon, LoginTest, Peer, hashed, send, until

PASSWORD = "pa:ss/w@rd 42% \u00fc"
WRONG = "not-the-password"


def url(scheme, port, password=PASSWORD, user="office"):
    return (f"{scheme}://{user}:{urllib.parse.quote(password, safe='')}"
            f"@localhost:{port}")


class LogsInAtSmartHosts(LoginTest):
    listeners = [
        {"name": "starttls", "address": "127.0.0.1:0", "tls": "starttls",
         "require": ["tls"], "auth": "required"},
        {"name": "implicit", "address": "127.0.0.1:0", "tls": "implicit",
         "auth": "required", "mechanisms": ["PLAIN"]},
        {"name": "clear", "address": "127.0.0.1:0", "auth": "required",
         "auth_without_tls": True, "mechanisms": ["LOGIN"]}]
    routes = [{"authenticated": "office", "to": "relay"}]

    @classmethod
    def auth(cls):
        return [{"type": "users", "users": {"office": hashed(PASSWORD)}}]

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        port = cls.daemon.port
        cls.odd = cls.enterClassContext(Peer(
            extensions=("AUTH PLAIN",),
            answers={"AUTH": lambda _, x: f"500 5.5.2 What is AUTH {x}?"}))
        cls.silent = cls.enterClassContext(Peer())
        right = {
            "starttls": [url("smtp", port("starttls"))],
            "implicit": [url("smtps", port("implicit"))],
            "clear": [url("smtp", port("clear"))],
            "second": [url("smtp", port("starttls"), WRONG),
                       url("smtps", port("implicit"))],
            "variable": [f"smtps://office:${{PASS}}@localhost:"
                         f"{port('implicit')}"],
        }
        wrong = {
            "wrong": [url("smtps", port("implicit"), WRONG)],
            "odd": [url("smtp", cls.odd.port, WRONG)],
            "without": [url("smtp", cls.silent.port, WRONG)],
        }
        cls.client = cls.enterClassContext(Daemon(
            environment={"PASS": urllib.parse.quote(PASSWORD, safe="")},
            delivery={"retry": "1h", "domains": {
                f"{name}.example": {"next_hop": hops}
                for name, hops in (right | wrong).items()}}))

    def arrives(self, where):
        send(self.client.port(), "Subject: a\r\n\r\nb\r\n",
             to=f"to@{where}.example")
        until(self.peer.taken, 30, f"mail by {where} arrives")
        until(self.client.is_empty, 10, "the queue is empty")
        mail, = self.peer.taken()
        self.assertEqual(mail.recipients, [f"to@{where}.example"])
        return mail

    def deferred(self, where):
        address = f"to@{where}.example"
        number = send(self.client.port(), to=address)
        until(lambda: self.client.logged(f"queue deferred id={number}"), 30)
        to = until(lambda: self.client.recipients()[address])
        shown = self.client.cli("queue", "list", "--json")
        self.client.cli("queue", "delete", number)
        self.assertEqual(to["state"], "deferred")
        for text in (to["last_reply"], shown, self.client.log(),
                     self.client.ask("/status")[1],
                     self.client.ask("/actors")[1]):
            self.assertNotIn(WRONG, text)
            self.assertNotIn(WRONG[:8], text)
        return to["last_reply"]

    def test_after_starttls(self):
        self.assertRegex(self.arrives("starttls").header("Received"),
                         r"with ESMTPSA ")

    def test_within_tls_from_the_first_octet(self):
        self.assertRegex(self.arrives("implicit").header("Received"),
                         r"with ESMTPSA ")

    def test_over_the_loopback_in_clear(self):
        self.assertRegex(self.arrives("clear").header("Received"),
                         r"with ESMTPA ")

    def test_with_a_password_from_the_environment(self):
        self.arrives("variable")

    def test_a_host_that_refuses_us_is_followed_by_the_next(self):
        self.arrives("second")

    def test_a_failed_login_defers_and_says_so(self):
        self.assertRegex(self.deferred("wrong"),
                         r"^454 4\.7\.0 Login failed: 535 5\.7\.8 ")
        self.assertTrue(self.client.logged("delivery login failed"))

    def test_a_host_that_repeats_the_login_is_not_quoted(self):
        self.assertEqual(
            self.deferred("odd"), "454 4.7.0 Login failed: 500 (with words "
            "that repeat the login)")

    def test_a_host_without_auth_defers(self):
        self.assertRegex(self.deferred("without"), r"^454 4\.7\.0 .* no AUTH ")
        self.assertFalse(self.silent.taken())


if __name__ == "__main__":
    unittest.main()
