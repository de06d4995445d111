"""What administrators do with mail that waits, by the real commands."""

import json
import threading
import unittest

from stagepost import Daemon, Load, Peer, SystemTest, run, send, until

LATER = "451 4.3.0 Come back"


class TakesOrders(SystemTest):
    """One daemon, two peers: `peer` defers until it is told otherwise."""

    def setUp(self):
        self.peer = self.enterContext(Peer(answers={"RCPT": LATER}))
        self.other = self.enterContext(Peer())
        self.daemon = self.enterContext(Daemon(
            delivery={"retry": "1h", "expire": "5d", "domains": {
                "away.example": {"next_hop": [self.peer.url]},
                "other.example": {"next_hop": [self.other.url]},
                "sender.example": {"next_hop": [self.other.url]}}}))
        self.daemon.has_read()

    def order(self, *arguments, status=0):
        return self.daemon.cli("queue", *arguments, status=status)

    def changed(self, *arguments):
        return json.loads(self.order(*arguments, "--json"))["count"]

    def totals(self):
        return self.daemon.queue()["totals"]

    def deferred(self, *to, sender="from@sender.example"):
        """Sends a message that is deferred. Returns its id."""
        message = send(self.daemon.port(), to=list(to), sender=sender)
        until(lambda: all(
            self.daemon.recipients()[x]["attempts"] == 1 for x in to), 20)
        return message

    def story(self, message):
        text = self.order("show", message, "--json")
        return [x["event"] for x in json.loads(text)["events"]]

    def test_held_mail_stays_through_a_restart_until_it_is_released(self):
        message = self.deferred("a@away.example")
        self.assertEqual(self.order("hold", message), "1 recipient is held\n")
        self.peer.answers.clear()
        self.daemon.stop()
        self.daemon.start_and_read()
        self.assertEqual(self.totals()["held"], 1)
        self.assertEqual(self.changed("retry", "--all"), 0)
        self.assertEqual(self.changed("release", "--state", "held"), 1)
        until(self.peer.taken, 20, "it arrives")
        until(self.daemon.is_empty, 10)
        self.assertEqual(self.story(message), [
            "accepted", "deferred", "held", "released", "delivered"])

    def test_an_order_for_a_message_that_is_not_there_fails(self):
        message = self.deferred("a@away.example")
        self.order("delete", message)
        self.assertIn("is not in the queue any more",
                      self.order("hold", message, status=1))
        self.order("hold", message, "0B00000000000", status=1)
        there = self.deferred("b@away.example")
        self.order("hold", there, "0B00000000000")  # what there is, is held
        self.order("hold", there)  # nothing to change, nothing wrong

    def slowly(self, *replies):
        """The peer answers RCPT so, each time when the event is set."""
        go, replies = threading.Event(), iter(replies)

        def answer(*_):
            go.wait()
            return next(replies)
        self.addCleanup(go.set)
        self.peer.answers["RCPT"] = answer
        return go

    def under_way(self, *arguments):
        return json.loads(self.order(*arguments, "--json"))["under_way"]

    def test_what_is_delivered_meanwhile_is_not_called_deleted(self):
        go = self.slowly("250 2.1.5 Ok")
        message = send(self.daemon.port(), to="a@away.example")
        until(lambda: self.peer.heard("RCPT"), 20, "it is under way")
        self.assertEqual(self.under_way("delete", message), 1)
        go.set()
        until(self.peer.taken, 20, "it arrives")
        until(self.daemon.is_empty, 10)
        self.assertEqual(self.story(message), ["accepted", "delivered"])

    def test_what_was_under_way_is_deleted_when_it_is_deferred(self):
        go = self.slowly(LATER)
        message = send(self.daemon.port(), to="a@away.example")
        until(lambda: self.peer.heard("RCPT"), 20, "it is under way")
        self.assertEqual(self.under_way("delete", message), 1)
        go.set()
        until(self.daemon.is_empty, 20)
        self.assertEqual(self.story(message),
                         ["accepted", "deferred", "deleted"])

    def test_what_was_under_way_is_retried_at_once(self):
        go = self.slowly(LATER, "250 2.1.5 Ok")
        message = send(self.daemon.port(), to="a@away.example")
        until(lambda: self.peer.heard("RCPT"), 20, "it is under way")
        self.assertEqual(self.under_way("retry", message), 1)
        go.set()
        until(self.peer.taken, 20, "it arrives within the hour")

    def test_mail_from_nobody_has_a_filter_too(self):
        self.deferred("a@away.example")
        self.deferred("b@away.example", sender="")
        self.assertEqual(self.changed("hold", "--sender", "<>"), 1)
        self.assertEqual(self.daemon.recipients()["b@away.example"]["state"],
                         "held")

    def test_a_crash_forgets_no_order(self):
        self.deferred("a@away.example", "b@away.example")
        self.order("hold", "--recipient", "A@Away.example")
        self.daemon.kill9()
        self.daemon.start_and_read()
        self.assertEqual(
            {to: x["state"] for to, x in self.daemon.recipients().items()},
            {"a@away.example": "held", "b@away.example": "deferred"})

    def test_what_bounces_comes_back_to_its_sender(self):
        message = self.deferred("a@away.example")
        self.order("bounce", "--domain", "away.example",
                   "--reply", "550 5.7.1 We don't want that")
        until(self.other.taken, 20, "the report arrives")
        report = self.other.taken()[0]
        self.assertEqual(report.recipients, ["from@sender.example"])
        self.assertIn(b"Final-Recipient: rfc822; a@away.example",
                      report.content)
        self.assertIn(b"Status: 5.7.1", report.content)
        self.assertIn(b"We don't want that", report.content)
        self.assertEqual(self.story(message),
                         ["accepted", "deferred", "bounced"])

    def test_held_mail_bounces_too(self):
        self.deferred("a@away.example")
        self.order("hold", "--all")
        self.daemon.stop()
        self.daemon.start_and_read()
        self.assertEqual(self.changed("bounce", "--all"), 1)
        until(self.other.taken, 20, "the report arrives")
        self.assertIn(b"Subject: test", self.other.taken()[0].content)

    def test_redirected_mail_goes_elsewhere_and_keeps_its_name(self):
        message = self.deferred("a@away.example", "b@away.example")
        self.assertEqual(self.changed(
            "redirect", message, "--recipient", "a@away.example",
            "--to", "eva@other.example"), 1)
        self.assertEqual(self.changed(
            "redirect", "--domain", "away.example", "--to",
            "@other.example"), 1)
        until(lambda: len(self.other.taken()) == 2, 20, "both arrive")
        self.assertEqual(
            sorted(x.recipients[0] for x in self.other.taken()),
            ["b@other.example", "eva@other.example"])
        self.assertIn("redirected", self.story(message))

    def test_a_report_names_whom_the_sender_knows(self):
        self.other.answers["RCPT"] = lambda _, x: (
            "550 5.1.1 Nobody" if "eva@" in x else None)
        self.deferred("a@away.example")
        self.order("redirect", "--all", "--to", "eva@other.example")
        until(self.other.taken, 20, "the report arrives")
        text = self.other.taken()[0].content
        self.assertIn(b"Original-Recipient: rfc822; a@away.example", text)
        self.assertIn(b"Final-Recipient: rfc822; eva@other.example", text)

    def test_only_those_meant_are_deleted(self):
        self.deferred("a@away.example", "b@away.example")
        self.assertEqual(self.order("delete", "--recipient", "a@away.example"),
                         "1 recipient is deleted\n")
        self.assertEqual(list(self.daemon.recipients()), ["b@away.example"])
        self.assertEqual(
            self.order("delete", "--sender", "@sender.example"),
            "1 message is deleted\n")
        self.assertTrue(self.daemon.is_empty())

    def test_what_is_under_way_is_held_when_it_is_deferred(self):
        arrived, go = self.pause_at("RCPT")
        message = send(self.daemon.port(), to="a@away.example")
        self.assertTrue(arrived.wait(20))
        answer = json.loads(self.order("hold", message, "--json"))
        self.assertEqual(answer, {"count": 0, "under_way": 1})
        go.set()
        until(lambda: self.totals()["held"] == 1, 20, "it is held")
        self.assertEqual(self.story(message),
                         ["accepted", "deferred", "held"])

    def test_what_is_to_be_held_after_its_attempt_can_be_released(self):
        arrived, go = self.pause_at("RCPT")
        message = send(self.daemon.port(), to="a@away.example")
        self.assertTrue(arrived.wait(20))
        self.order("hold", message)
        self.assertEqual(self.order("release", message),
                         "1 recipient is released\n")
        go.set()
        until(lambda: self.totals()["deferred"] == 1, 20, "it is not held")

    def pause_at(self, verb):
        """Events: the peer was asked this; it may answer, with a deferral."""
        arrived, go = threading.Event(), threading.Event()

        def answer(*_):
            arrived.set()
            go.wait(30)
            return LATER
        self.peer.answers[verb] = answer
        self.addCleanup(go.set)
        return arrived, go

    def test_a_queue_longer_than_one_request_is_changed_as_a_whole(self):
        messages = 1100
        with Load(self.daemon.port, threads=4, octets=200, most=messages,
                  to="a@away.example") as load:
            load.join()
        self.order("hold", "--domain", "away.example")
        until(lambda: self.totals()["held"] == messages, 30)
        self.assertEqual(self.changed("release", "--all"), messages)

    def test_nothing_is_done_to_all_by_mistake(self):
        self.deferred("a@away.example")
        for command in (["retry"], ["hold"], ["release"], ["bounce"],
                        ["delete"], ["redirect", "--to", "a@other.example"]):
            done = run("queue", *command, "--socket", self.daemon.socket)
            self.assertEqual(done.returncode, 64, command)
            self.assertIn("--all", done.stderr)
        self.assertEqual(self.totals()["deferred"], 1)

    def test_what_makes_no_sense_is_refused(self):
        message = self.deferred("a@away.example")
        for arguments, why in (
                (["bounce", message, "--reply", "450 4.0.0 Later"],
                 "must begin with a 5xx code"),
                (["bounce", message, "--reply", "nonsense"], "reply"),
                (["redirect", message, "--to", "nobody"], "must be an address"),
                (["redirect", message, "--to", "a b@c.example"],
                 "must be an address"),
                (["hold", "nonsense"], "not a queue id")):
            self.assertIn(why, self.order(*arguments, status=1))
        self.assertEqual(self.totals()["deferred"], 1)


if __name__ == "__main__":
    unittest.main()
