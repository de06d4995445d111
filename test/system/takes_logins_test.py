"""Users log in with what the configuration knows of them, in TLS only, and
nothing tells what they said."""

import base64
import time
import unittest

from stagepost import (LoginTest, base64_of, hashed, logs_in_by_scram, plain,
                       until)

ALICE = "open sesame 42 times"
PRINTER = "pr\u00fcft: \"$(true)\" & so on"


class TakesLogins(LoginTest):
    listeners = [
        *LoginTest.listeners,
        {"name": "submission", "address": "127.0.0.1:0", "tls": "starttls",
         "auth": "required", "require_sender_match": True},
        {"name": "bold", "address": "127.0.0.1:0", "auth": "optional",
         "auth_without_tls": True},
        {"name": "strict", "address": "127.0.0.1:0", "tls": "starttls",
         "auth": "optional", "limits": {"auth_failures": 2}},
        {"name": "stranger", "address": "127.0.0.1:0", "tls": "starttls"}]
    routes = [{"recipient": "@here.example", "to": "relay"},
              {"authenticated": "printer", "recipient": "@scans.example",
               "to": "reject", "reply": "550 5.7.1 No scans of scans"},
              {"authenticated": True, "to": "relay"}]

    @classmethod
    def auth(cls):
        cls.hashes = [hashed(ALICE), hashed(PRINTER)]
        return [{"type": "users", "users": {
            "alice@sender.example": cls.hashes[0],
            "printer": cls.hashes[1] | {
                "senders": ["printer@sender.example", "@scans.example"]},
            "old": cls.hashes[0]["password"]}}]

    def logged_in(self, listener="mx", user="alice@sender.example",
                  password=ALICE):
        client = self.secured(listener)
        self.assertEqual(client.say(f"AUTH PLAIN {plain(user, password)}"),
                         "235 2.7.0 Authentication successful")
        return client

    # How

    def test_passwords_are_taken_in_every_way_there_is(self):
        user, word = base64_of("alice@sender.example"), base64_of(ALICE)
        whole = plain("alice@sender.example", ALICE)
        for dialogue in (
                [(f"AUTH PLAIN {whole}", "235")],
                [("AUTH PLAIN", "334 "), (whole, "235")],
                [("auth login", "334 VXNlcm5hbWU6"),
                 (user, "334 UGFzc3dvcmQ6"), (word, "235")],
                [(f"AUTH LOGIN {user}", "334 UGFzc3dvcmQ6"), (word, "235")],
                [("AUTH PLAIN", "334 "), ("*", "501 5.7.0"),
                 (f"AUTH PLAIN {whole}", "235")]):
            client = self.secured()
            for line, begin in dialogue:
                with self.subTest(line):
                    self.assertEqual(client.say(line)[:len(begin)], begin)

    def test_a_password_may_hold_any_letter(self):
        self.logged_in(user="printer", password=PRINTER)

    def test_a_proof_does_instead_of_the_password(self):
        for mechanism in "SCRAM-SHA-256", "SCRAM-SHA-256-PLUS":
            with self.subTest(mechanism):
                well, said = logs_in_by_scram(
                    self.daemon.port(), "alice@sender.example", ALICE,
                    self.certificate, mechanism)
                self.assertTrue(well, said)
                self.assertTrue(
                    [x for x in self.daemon.logged("smtp logged in")
                     if f"mechanism={mechanism}" in x.split()])

    def test_a_wrong_proof_is_refused(self):
        for user, password in (("alice@sender.example", ALICE + "!"),
                               ("nobody@sender.example", ALICE)):
            with self.subTest(user):
                well, said = logs_in_by_scram(
                    self.daemon.port(), user, password, self.certificate)
                self.assertFalse(well, said)
                self.assertIn("535 5.7.8", said)

    # Where

    def test_auth_is_offered_in_tls_only(self):
        client = self.greeted()
        self.assertNotIn("AUTH", client.offered)
        for line in (f"AUTH PLAIN {plain('alice@sender.example', ALICE)}",
                     "AUTH LOGIN", "AUTH SCRAM-SHA-256 biws"):
            self.assertRegex(client.say(line), r"^538 5\.7\.11 .*STARTTLS")
        self.assertIn("-AUTH PLAIN LOGIN SCRAM-SHA-256 SCRAM-SHA-256-PLUS\n",
                      self.secured().offered)
        self.assertIn("-AUTH PLAIN LOGIN SCRAM-SHA-256\n",
                      self.greeted("bold").offered)
        client = self.secured("stranger")
        self.assertNotIn("AUTH", client.offered)
        self.assertEqual(client.say("AUTH PLAIN")[:4], "502 ")

    def test_a_login_may_be_asked_for(self):
        client = self.secured("submission")
        self.assertEqual(client.say("MAIL FROM:<alice@sender.example>")[:9],
                         "530 5.7.0")
        client = self.logged_in("submission")
        self.assertEqual(client.say("MAIL FROM:<alice@sender.example>")[:4],
                         "250 ")

    def test_a_login_holds_for_its_session_once(self):
        client = self.logged_in()
        self.assertNotIn("AUTH", client.say("EHLO client.example"))
        self.assertEqual(client.say("AUTH PLAIN")[:4], "503 ")
        client = self.secured()
        client.say("MAIL FROM:<alice@sender.example>")
        self.assertEqual(client.say("AUTH PLAIN")[:4], "503 ")

    # What for

    def deliver(self, client, sender, to):
        for line, begin in ((f"MAIL FROM:<{sender}>", "250 "),
                            (f"RCPT TO:<{to}>", "250 "), ("DATA", "354 "),
                            ("Subject: hello\r\n\r\nHello\r\n.", "250 ")):
            self.assertEqual(client.say(line)[:4], begin)
        until(self.peer.taken, 30, "mail arrives")
        return self.peer.mails.pop()

    def test_who_logged_in_may_send_to_everywhere(self):
        client = self.secured()
        client.say("MAIL FROM:<alice@sender.example>")
        self.assertEqual(client.say("RCPT TO:<to@far.example>")[:9],
                         "550 5.7.1")
        self.assertEqual(client.say("RCPT TO:<to@here.example>")[:4], "250 ")
        mail = self.deliver(self.logged_in(), "alice@sender.example",
                            "to@far.example")
        self.assertEqual(mail.recipients, ["to@far.example"])
        client = self.logged_in(user="printer", password=PRINTER)
        client.say("MAIL FROM:<printer@sender.example>")
        self.assertEqual(client.say("RCPT TO:<to@scans.example>"),
                         "550 5.7.1 No scans of scans")

    def test_received_tells_that_somebody_logged_in(self):
        mail = self.deliver(self.logged_in(), "alice@sender.example",
                            "to@here.example")
        self.assertIn("with ESMTPSA id", mail.header("Received"))
        self.assertNotIn("alice", mail.header("Received"))
        client = self.greeted("bold")
        self.assertEqual(
            client.say(f"AUTH PLAIN {plain('printer', PRINTER)}")[:4], "235 ")
        mail = self.deliver(client, "printer@sender.example",
                            "to@here.example")
        self.assertIn("with ESMTPA id", mail.header("Received"))

    def test_senders_are_those_of_the_user(self):
        for user, password, good, bad in (
                ("alice@sender.example", ALICE, ["alice@sender.example", ""],
                 ["bob@sender.example", "alice@other.example"]),
                ("printer", PRINTER,
                 ["printer@sender.example", "lobby@scans.example"],
                 ["alice@sender.example", "x@sub.scans.example"]),
                ("old", ALICE, [""], ["old@sender.example"])):
            client = self.logged_in("submission", user, password)
            for sender in bad:
                self.assertEqual(client.say(f"MAIL FROM:<{sender}>")[:9],
                                 "553 5.7.1", f"{sender} of {user}")
            for sender in good:
                self.assertEqual(client.say(f"MAIL FROM:<{sender}>")[:4],
                                 "250 ", f"{sender} of {user}")
                client.say("RSET")

    # What goes wrong

    def test_wrong_and_unknown_are_one_refusal_that_waits(self):
        for user, password in (("alice@sender.example", "open sesame"),
                               ("alice@sender.example", ALICE.upper()),
                               ("Alice@sender.example", ALICE),
                               ("nobody", ALICE)):
            self.source = next(self.sources)
            client = self.secured()
            begin = time.monotonic()
            self.assertEqual(client.say(f"AUTH PLAIN {plain(user, password)}"),
                             "535 5.7.8 Authentication credentials invalid")
            self.assertGreater(time.monotonic() - begin, 0.45)
            # And the dialogue goes on.
            self.assertEqual(
                client.say(f"AUTH PLAIN {plain('printer', PRINTER)}")[:4],
                "235 ")

    def test_what_is_no_login_is_told_so(self):
        client = self.secured()
        for line, begin in (("AUTH", "501 5.5.4"),
                            ("AUTH CRAM-MD5", "504 5.5.4"),
                            ("AUTH PLAIN !", "501 5.5.2"),
                            (f"AUTH PLAIN {base64_of('a')}", "501 5.5.2")):
            with self.subTest(line):
                self.assertEqual(client.say(line)[:len(begin)], begin)
        until(lambda: self.daemon.logged("smtp login malformed"), 10)

    def test_too_many_failures_end_the_session(self):
        client = self.secured("strict")
        wrong = f"AUTH PLAIN {plain('guessed', 'wrong')}"
        self.assertEqual(client.say(wrong)[:9], "535 5.7.8")
        self.assertEqual(client.say(wrong)[:9], "535 5.7.8")
        self.assertEqual(client.reply()[:9], "421 4.7.0")
        self.assertEqual(client.reply(), "")

    def test_the_log_tells_who_and_never_a_password(self):
        self.logged_in()
        client = self.secured()
        word = "never to be read again"
        for line in (f"AUTH PLAIN {plain('alice@sender.example', word)}",
                     f"AUTH PLAIN {plain('alice@sender.example', word)}=",
                     f"AUTH LOGIN {base64_of('alice@sender.example')}",
                     base64_of(word), "AUTH LOGIN",
                     base64_of('alice@sender.example'), base64_of(word) + "!",
                     base64_of(word), f"AUTH {base64_of(word)}",
                     f"MAIL {base64_of(word)}"):
            client.say(line)
        client.__exit__()
        failed = self.daemon.logged("smtp login failed")
        self.assertTrue([x for x in failed if "user=alice@sender.example" in x
                         and f"client={self.source}" in x], failed)
        self.assertTrue(self.daemon.logged("smtp logged in"))
        log = self.daemon.log()
        for secret in (ALICE, PRINTER, word,
                       *(x[kind] for x in self.hashes
                         for kind in ("password", "scram"))):
            for form in spellings(secret):
                self.assertNotIn(form, log)


def spellings(secret):
    """As it is, and in base64 wherever it may begin in what was encoded."""
    yield secret
    octets = secret.encode()
    for skipped in range(3):
        part = octets[skipped:]
        part = part[:len(part) // 3 * 3]
        yield base64.b64encode(part).decode()


if __name__ == "__main__":
    unittest.main()
