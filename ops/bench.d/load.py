"""What clients do to a server."""

import contextlib
import socket
import subprocess
import time

from processes import Trouble
from servers import tool

SESSIONS = 50
OCTETS = 4096

# One address of the loopback network has fewer ports than we open.
_PER_SOURCE = 5000


def send(port, messages, reuse, content=None):
    """Sends with smtp-source. @returns Seconds."""
    command = [tool("smtp-source"), "-s", str(SESSIONS), "-m", str(messages),
               "-f", "sender@example.com", "-t", "recipient@example.net",
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
