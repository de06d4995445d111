"""An outlet of the type `command`: the client hears what the program says."""

import os
import re
import signal
import smtplib
import subprocess
import unittest

from stagepost import (Daemon, Folder, SystemTest, is_running, run,
                       until)

# What the program is to do is the recipient's local part.
PROGRAM_TEXT = r"""#!/bin/sh
case ${STAGEPOST_RECIPIENTS%%@*} in
  fine) ;;
  tells) echo working; echo job 17 ;;
  refuses) echo first >&2; echo no such printer >&2; exit 65 ;;
  silent) exit 1 ;;
  later) echo database away >&2; exit 75 ;;
  crashes) kill -SEGV $$ ;;
  hangs) echo $$ > "$1/hangs"; sleep 1000 & wait ;;
  deaf) echo $$ > "$1/deaf"; trap '' TERM; while :; do sleep 0.05; done ;;
  # It ends only when its child has left the group, and been told of.
  stays) setsid sh -c 'echo $$ > "$1/stays"; exec sleep 1000' x "$1" &
         until [ -s "$1/stays" ]; do :; done ;;
  floods) head -c 20000000 /dev/zero; head -c 20000000 /dev/zero >&2
          echo >&2; echo the last word >&2; exit 1 ;;
  keeps) cat > "$1/large" ;;
  dumps) env > "$1/environment"; printf '%s\n' "$@" > "$1/arguments"
         cat > "$1/message" ;;
  reads-not) ;;
  who) echo "$(id -u) $(id -g) $(id -G)" ;;
  eats) head -c 300000000 /dev/zero | tail -c 299000000 > /dev/null ;;
  spins) while :; do :; done ;;
  *) exit 3 ;;
esac
"""


def example():
    """The program that docs/command-outlet.md shows."""
    path = os.path.join(os.path.dirname(__file__),
                        "../../docs/command-outlet.md")
    with open(path, encoding="utf-8") as file:
        return re.search(r"```python\n(.*?)```", file.read(), re.S)[1]


def processes_of(program):
    """The ids of those that run this file, and are no zombies."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline", "rb") as file:
                words = file.read().split(b"\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        if program.encode() in words[:2] and is_running(int(name)):
            found.append(int(name))
    return found


def group(number):
    """The ids of a process group that are no zombies."""
    found = []
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            if os.getpgid(int(name)) == number and is_running(int(name)):
                found.append(int(name))
        except ProcessLookupError:
            pass
    return found


class RunsPrograms(SystemTest):
    @classmethod
    def setUpClass(cls):
        cls.folder = Folder()
        cls.addClassCleanup(cls.folder.remove)
        os.chmod(cls.folder.path, 0o777)
        cls.program = cls.write("program", PROGRAM_TEXT)
        cls.standing = cls.write("standing", example())
        command = {"type": "command", "timeout": "2s",
                   "run": [cls.program, cls.folder.path]}
        cls.daemon = cls.enterClassContext(Daemon(
            outlets={
                "plain": command,
                "bounded": command | {"memory": "100MiB", "cpu": "1s",
                                      "timeout": "20s"},
                "patient": command | {"timeout": "60s"},
                "standing": {"type": "command", "keep_alive": True,
                             "workers": 2, "timeout": "20s",
                             "run": cls.standing},
            },
            routes=[{"recipient": "@bounded.example", "to": "bounded"},
                    {"recipient": "@patient.example", "to": "patient"},
                    {"recipient": "@standing.example", "to": "standing"},
                    {"to": "plain"}]))

    @classmethod
    def write(cls, name, text):
        path = cls.folder.write(name, text)
        os.chmod(path, 0o755)
        return path

    def read(self, name):
        with open(self.folder / name, "rb") as file:
            return file.read()

    def reply(self, to, content="Subject: test\r\n\r\nHello\r\n", port=None):
        """What a client hears at the end of its mail."""
        to = [to] if isinstance(to, str) else to
        with smtplib.SMTP("127.0.0.1", port or self.daemon.port(),
                          timeout=60) as client:
            client.ehlo("client.example")
            client.mail("from@sender.example")
            for one in to:
                self.assertEqual(client.rcpt(one)[0], 250)
            code, text = client.data(content)
            return f"{code} {text.decode()}"

    def number_in(self, name):
        return int(until(lambda: os.path.exists(self.folder / name)
                         and self.read(name), 15, name))

    def test_each_end_has_its_reply(self):
        later = ("451 4.3.0 The message can't be processed now, "
                 "try again later")
        for to, reply in {
                "fine": "250 2.0.0 Accepted",
                "tells": "250 2.0.0 job 17",
                "refuses": "554 5.3.0 no such printer",
                "silent": "554 5.3.0 The message was refused",
                "later": "451 4.3.0 database away",
                "crashes": later,
                "hangs": later,
                "floods": "554 5.3.0 the last word"}.items():
            with self.subTest(to):
                self.assertEqual(self.reply(f"{to}@x.example"), reply)

    def test_who_hangs_is_ended_with_its_children(self):
        for name in "hangs", "deaf":
            with self.subTest(name):
                self.assertEqual(self.reply(f"{name}@x.example")[:9],
                                 "451 4.3.0")
                number = self.number_in(name)
                until(lambda n=number: not group(n), 15, "all are ended")

    def test_who_leaves_its_group_keeps_nobody_waiting(self):
        self.assertEqual(self.reply("stays@patient.example"),
                         "250 2.0.0 Accepted")
        number = self.number_in("stays")
        self.assertTrue(is_running(number))
        os.kill(number, signal.SIGKILL)

    def test_it_is_told_the_envelope(self):
        self.assertEqual(
            self.reply(["dumps@x.example", "second@x.example"])[:4], "250 ")
        given = dict(x.split("=", 1) for x in
                     re.split(r"\n(?=[A-Z_]+=)",
                              self.read("environment").decode().rstrip("\n")))
        given.pop("PWD", None)  # the shell's own
        given.pop("OLDPWD", None)
        self.assertRegex(given.pop("STAGEPOST_ID"), "^[0-9A-Z]{13}$")
        message = self.read("message")
        self.assertEqual(given.pop("STAGEPOST_SIZE"), str(len(message)))
        self.assertTrue(given.pop("PATH"))
        given.pop("STAGEPOST_CLIENT_NAME")
        self.assertEqual(given, {
            "STAGEPOST_SENDER": "from@sender.example",
            "STAGEPOST_RECIPIENTS": "dumps@x.example\nsecond@x.example",
            "STAGEPOST_CLIENT": "127.0.0.1",
            "STAGEPOST_HELO": "client.example",
            "STAGEPOST_USER": "", "STAGEPOST_LISTENER": "mx",
            "STAGEPOST_TLS": ""})
        self.assertEqual(self.read("arguments").decode().split("\n"),
                         [self.folder.path, "", ""])
        self.assertTrue(message.startswith(b"Received: from client.example"))
        self.assertTrue(message.endswith(b"\r\nHello\r\n"))

    def test_a_large_mail_is_not_held_in_memory(self):
        def resident(what):
            with open(f"/proc/{self.daemon.process.pid}/status",
                      encoding="utf-8") as file:
                return int(re.search(rf"{what}:\s+(\d+)", file.read())[1])
        before = resident("VmRSS")
        body = ("Subject: large\r\n\r\n"
                + ("0123456789" * 7 + "\r\n") * (30 * 1024 * 1024 // 72))
        self.assertEqual(self.reply("keeps@patient.example", body)[:4],
                         "250 ")
        got = self.read("large")
        self.assertTrue(got.startswith(b"Received: "))
        self.assertTrue(got.endswith(body.encode()))
        self.assertLess(resident("VmHWM") - before, 32 * 1024)

    def test_who_does_not_read_hurts_nobody(self):
        body = "Subject: large\r\n\r\n" + ("x" * 70 + "\r\n") * 40000
        self.assertEqual(self.reply("reads-not@patient.example", body)[:4],
                         "250 ")

    def test_memory_and_cpu_are_bounded(self):
        self.assertEqual(self.reply("eats@patient.example")[:4], "250 ")
        self.assertRegex(self.reply("eats@bounded.example"),
                         "^554 5.3.0 .*memory")
        self.assertEqual(self.reply("spins@bounded.example")[:9], "451 4.3.0")

    def test_one_process_takes_many_mails(self):
        for i in range(50):
            self.assertEqual(
                self.reply("a@standing.example",
                           f"Subject: {i}\r\n\r\n" + "x\r\n" * i),
                f"250 2.0.0 Order {i} taken")
        self.assertEqual(
            self.reply("a@standing.example", "From: a@b.example\r\n\r\nx\r\n"),
            "550 5.6.0 An order needs a subject")
        number, = processes_of(self.standing)
        os.kill(number, signal.SIGKILL)
        until(lambda: not processes_of(self.standing), 15, "it is gone")
        self.assertEqual(self.reply("a@standing.example"),
                         "250 2.0.0 Order test taken")
        other, = processes_of(self.standing)
        self.assertNotEqual(number, other)
        self.assertTrue(self.daemon.logged("outlet program failed"))

    def test_the_tree_shows_it(self):
        self.reply("fine@x.example")
        self.assertEqual(self.daemon.actors()["outlets/plain"]["kind"],
                         "command-outlet")


class OtherUsers(SystemTest):
    def configuration(self, folder, **keys):
        program = folder.write("program", PROGRAM_TEXT)
        os.chmod(program, 0o755)
        return {"outlets": {"plain": {"type": "command",
                                      "run": [program, folder.path]} | keys},
                "routes": [{"to": "plain"}]}

    def refusal(self, **sections):
        daemon = Daemon(**sections)
        self.addCleanup(daemon.folder.remove)
        done = run("run", "--config", daemon.config)
        self.assertEqual(done.returncode, 78, done.stdout)
        return done.stdout

    def test_a_program_runs_as_another_user(self):
        folder = Folder()
        self.addCleanup(folder.remove)
        sections = self.configuration(folder, user="nobody")
        if os.geteuid() != 0:
            self.assertIn("only root can run a program as `nobody`",
                          self.refusal(**sections))
            return
        with Daemon(**sections) as daemon:
            wanted = subprocess.run(
                ["sh", "-c", "id -u nobody; id -g nobody; id -g nobody"],
                check=True, capture_output=True, text=True).stdout.split()
            self.assertEqual(
                RunsPrograms.reply(self, "who@x.example", port=daemon.port()),
                "250 2.0.0 " + " ".join(wanted))

    def test_who_is_nobody_is_told_at_the_start(self):
        folder = Folder()
        self.addCleanup(folder.remove)
        self.assertIn(
            "there is no user `no-such-user`",
            self.refusal(**self.configuration(folder, user="no-such-user")))

    def test_who_is_not_root_any_more_can_not_become_another(self):
        folder = Folder()
        self.addCleanup(folder.remove)
        self.assertIn(
            "only root can run a program as `nobody`",
            self.refusal(node={"user": "daemon"},
                         **self.configuration(folder, user="nobody")))


class Rules(SystemTest):
    def test_what_the_file_says_now_counts_for_the_next(self):
        with Daemon(outlets={"plain": {"type": "command",
                                       "run": ["/bin/echo", "one"]}},
                    routes=[{"to": "plain"}]) as daemon:
            reply = lambda: RunsPrograms.reply(self, "a@x.example",
                                               port=daemon.port())
            self.assertEqual(reply(), "250 2.0.0 one")
            daemon.edit(lambda x: x["outlets"]["plain"].update(
                run=["/bin/echo", "two"]))
            daemon.hang_up()
            self.assertEqual(reply(), "250 2.0.0 two")

    def test_a_full_line_and_a_long_wait_are_told(self):
        folder = Folder()
        self.addCleanup(folder.remove)
        script = "until [ -e $1/go ]; do sleep 0.05; done"
        with Daemon(outlets={"plain": {
                "type": "command", "workers": 1, "waiting": 1,
                "reply_within": "6s",
                "run": ["/bin/sh", "-c", script, "sh", folder.path]}},
                    routes=[{"to": "plain"}]) as daemon:
            clients = [self.enterContext(smtplib.SMTP(
                "127.0.0.1", daemon.port(), timeout=60)) for _ in range(3)]
            for client in clients:
                client.ehlo("client.example")
                client.mail("from@sender.example")
                client.rcpt("a@x.example")
                client.putcmd("data")
                self.assertEqual(client.getreply()[0], 354)
            for i, client in enumerate(clients):
                client.send(b"Subject: x\r\n\r\nx\r\n.\r\n")
                until(lambda n=i: daemon.actors().get(
                    "outlets/plain", {}).get("handled", 0) > n, 15, "it came")
            self.assertEqual(clients[2].getreply()[1][:5], b"4.3.2")
            self.assertEqual(clients[0].getreply()[1][:5], b"4.3.0")
            self.assertIn(clients[1].getreply()[1][:5], (b"4.4.7", b"4.3.0"))


if __name__ == "__main__":
    unittest.main()
