"""What clients do to a server."""

import contextlib
import smtplib
import socket
import subprocess
import time

from processes import Trouble
from servers import tool

SESSIONS = 50
OCTETS = 4096

# One address of the loopback network has fewer ports than we open.
_PER_SOURCE = 5000


def send(port, messages, reuse, content=None, to="recipient@example.net"):
    """Sends with smtp-source. @returns Seconds."""
    command = [tool("smtp-source"), "-s", str(SESSIONS), "-m", str(messages),
               "-f", "sender@example.com", "-t", to,
               "-M", "client.example.com"]
    command += ["-F", content] if content else ["-l", str(OCTETS)]
    if reuse:
        command.append("-d")
    began = time.monotonic()
    done = subprocess.run(command + [f"127.0.0.1:{port}"],
                          stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)
    if done.returncode != 0:
        raise Trouble("smtp-source: " + done.stderr.strip()[-500:])
    return time.monotonic() - began


def _one_client(port, source):
    s = socket.create_connection(("127.0.0.1", port), 30,
                                 source_address=(source, 0))
    # An answer's last line has a space after its code.
    def answer():
        got = b""
        while True:
            lines = got.split(b"\r\n")
            if got.endswith(b"\r\n") and lines[-2][3:4] == b" ":
                return got
            more = s.recv(4096)
            if not more:
                raise Trouble("the server closed an idle connection: "
                              + got.decode(errors="replace"))
            got += more
    try:
        answer()
        s.sendall(b"EHLO client.example.com\r\n")
        answer()
        return s
    except BaseException:
        s.close()
        raise


def reply_times(port, how_many):
    """One client, one message after the other. @returns Milliseconds from each
    one's end to the reply."""
    content = b"Subject: bench\r\n\r\n" + b"x" * 70 + b"\r\n"
    found = []
    with smtplib.SMTP("127.0.0.1", port, timeout=30) as client:
        client.ehlo("client.example.com")
        for _ in range(how_many):
            client.mail("sender@example.com")
            client.rcpt("recipient@example.net")
            client.putcmd("data")
            client.getreply()
            began = time.monotonic()
            client.send(content + b".\r\n")
            code, text = client.getreply()
            found.append((time.monotonic() - began) * 1000)
            if code != 250:
                raise Trouble(f"{code} {text.decode(errors='replace')}")
    return found


@contextlib.contextmanager
def idle_clients(port, how_many):
    """Clients that have said EHLO and say no more."""
    clients = []
    try:
        for i in range(how_many):
            clients.append(_one_client(port, f"127.0.1.{1 + i // _PER_SOURCE}"))
        yield
    finally:
        for s in clients:
            s.close()
