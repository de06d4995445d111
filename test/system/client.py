"""Clients of the daemon: one line at a time, or a crowd of them."""

import smtplib
import socket
import threading


def send(port, content="Subject: test\r\n\r\nHello\r\n",
         to="to@stagepost.example", sender="from@sender.example",
         rcpt_options=()):
    """Sends one message. Returns its queue id."""
    with smtplib.SMTP("127.0.0.1", port, timeout=60) as client:
        client.ehlo("client.example")
        client.mail(sender)
        for one in [to] if isinstance(to, str) else to:
            code, text = client.rcpt(one, rcpt_options)
            if code != 250:
                raise smtplib.SMTPResponseException(code, text)
        code, text = client.data(content)
        if code != 250:
            raise smtplib.SMTPResponseException(code, text)
        return text.decode().split()[-1]


class Dialogue:
    """A raw SMTP connection."""

    def __init__(self, port, seconds=20, host="127.0.0.1", source=None):
        self.sock = socket.create_connection(
            (host, port), timeout=seconds,
            source_address=(source, 0) if source else None)
        self.file = self.sock.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.file.close()
        self.sock.close()

    def write(self, octets):
        self.sock.sendall(octets)

    def reply(self):
        """The next reply, all its lines; empty at the end of the stream."""
        lines = []
        while True:
            try:
                line = self.file.readline()
            except ConnectionResetError:
                line = b""
            lines.append(line.decode().rstrip("\r\n"))
            if line[3:4] != b"-":
                return "\n".join(lines)

    def say(self, line):
        """Sends a line and gives the reply to it."""
        self.write(line.encode() + b"\r\n")
        return self.reply()

    def secure(self, context, name="localhost"):
        """Shakes hands. What was received before and not read is dropped."""
        self.file.close()
        self.sock = context.wrap_socket(self.sock, server_hostname=name)
        self.file = self.sock.makefile("rb")


class Load:
    """Threads that send numbered messages, one after the other, until they
    are stopped. A message that got no 250 is let go; use it in a `with`."""

    def __init__(self, port, threads=6, octets=2000, first=1, most=None,
                 to="to@stagepost.example"):
        self.port = port  # a function: it changes when the daemon restarts
        self.octets = octets
        self.to = to
        self.answered = set()  # 250
        self.refusals = []     # other replies
        self.lost = 0          # connections that ended without a reply
        self.next = first
        self._last = None if most is None else first + most
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._threads = [threading.Thread(target=self._run, daemon=True)
                         for _ in range(threads)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stop()

    def stop(self):
        self._stop.set()
        self.join()

    def join(self):
        for thread in self._threads:
            thread.join(90)
            assert not thread.is_alive(), "a client still waits for a reply"

    def _number(self):
        with self._lock:
            if self.next == self._last:
                return None
            self.next += 1
            return str(self.next - 1)

    def _run(self):
        while not self._stop.is_set():
            try:
                with smtplib.SMTP("127.0.0.1", self.port(),
                                  timeout=60) as client:
                    client.ehlo("client.example")
                    if not self._use(client):
                        return
            except (OSError, smtplib.SMTPException):
                with self._lock:
                    self.lost += 1
                self._stop.wait(0.05)

    def _use(self, client):
        """Sends until an error or the end; returns whether to go on."""
        while not self._stop.is_set():
            number = self._number()
            if number is None:
                return False
            content = (f"X-Number: {number}\r\nSubject: load\r\n\r\n"
                       + "x" * 70 + "\r\n") + ("y" * 70 + "\r\n") * (
                           self.octets // 72)
            for code, text in self._transaction(client, content):
                if code != 250:
                    with self._lock:
                        self.refusals.append((code, text.decode()))
                    self._stop.wait(0.02)
                    return True
            with self._lock:
                self.answered.add(number)
        return False

    def _transaction(self, client, content):
        yield client.mail("from@sender.example")
        yield client.rcpt(self.to)
        yield client.data(content)
