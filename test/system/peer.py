"""The mail server on the other side, which does as the test says."""

import re
import socket
import ssl
import threading
from dataclasses import dataclass, field

DROP = "drop the connection"
HANG = "say nothing"

USUAL = {
    "CONNECT": "220 peer.example ESMTP",
    "HELO": "250 peer.example",
    "MAIL": "250 2.1.0 Sender ok",
    "RCPT": "250 2.1.5 Recipient ok",
    "DATA": "354 Go ahead",
    "BDAT": "250 2.0.0 Chunk taken",
    "CONTENT": "250 2.0.0 Taken",
    "RSET": "250 2.0.0 Reset",
    "NOOP": "250 2.0.0 Ok",
    "QUIT": "221 2.0.0 Bye",
    "STARTTLS": "220 2.0.0 Go ahead",
}


@dataclass
class Mail:
    """A message that the peer took, content with its dots unstuffed."""

    sender: str
    recipients: list
    content: bytes
    parameters: str
    helo: str
    tls: bool
    connection: int
    chunks: int = 0  # it came by BDAT, in so many
    source: str = ""

    def header(self, name):
        found = re.search(
            rb"^" + name.encode() + rb": *((?:.*\r\n)(?:[ \t].*\r\n)*)",
            self.content.split(b"\r\n\r\n")[0] + b"\r\n",
            re.MULTILINE | re.IGNORECASE)
        return found[1].strip().decode() if found else None


@dataclass
class Connection:
    """One client connection, as answers that are functions see it."""

    number: int
    peer: object
    source: str = ""
    helo: str = ""
    tls: bool = False
    sender: str = None
    parameters: str = ""
    recipients: list = field(default_factory=list)
    chunks: list = field(default_factory=list)

    def serve(self, sock):
        self.sock = sock
        self.file = sock.makefile("rb")
        if not self.say(self.peer.answer("CONNECT", self, "")):
            return
        while line := self.file.readline(5000):
            text = line.decode("utf-8", "surrogateescape").rstrip("\r\n")
            verb, _, argument = text.partition(" ")
            self.peer.note(self, text)
            if not self.act(verb.upper(), argument):
                return

    def say(self, reply):
        """Returns whether the dialogue goes on."""
        if reply == HANG:
            self.peer.closed.wait()
        if reply in (DROP, HANG):
            return False
        self.sock.sendall(reply.encode() + b"\r\n")
        return not reply.startswith("421")

    def act(self, verb, argument):
        if verb == "BDAT":
            return self.take_chunk(*argument.split())
        reply = self.peer.answer(verb, self, argument)
        good = reply[0] in "23"
        if verb in ("EHLO", "HELO"):
            self.helo = argument
        if verb == "MAIL" and good:
            path, _, self.parameters = argument.partition(">")
            self.sender = path[path.index("<") + 1:]
            self.recipients = []
        if verb == "RCPT" and good:
            self.recipients.append(
                argument[argument.index("<") + 1:argument.index(">")])
        if verb == "DATA" and good and not self.recipients:
            reply, good = "554 5.5.1 No recipients", False
        if not self.say(reply) or verb == "QUIT":
            return False
        if verb == "STARTTLS" and good:
            return self.shake_hands()
        if verb == "DATA" and good:
            return self.take_content()
        if verb == "RSET":
            self.recipients, self.chunks = [], []
        return True

    def shake_hands(self):
        if self.peer.breaks_tls:
            if self.peer.breaks_tls == HANG:
                self.peer.closed.wait(60)
                return False
            self.sock.recv(1)
            self.sock.sendall(b"this is no TLS\r\n")
            return False
        self.file.close()
        self.sock = self.peer.tls.wrap_socket(self.sock, server_side=True)
        self.file = self.sock.makefile("rb")
        self.tls = True
        return True

    def take_content(self):
        lines = []
        while (line := self.file.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b".") else line)
        return self.answer_content(b"".join(lines))

    def take_chunk(self, size, last=""):
        """It answers BDAT as the test says, and CONTENT to the last chunk."""
        octets = self.file.read(int(size))
        if len(octets) < int(size):
            return False
        if not self.recipients:
            return self.say("503 5.5.1 No recipients")
        self.chunks.append(octets)
        if last:
            chunks, self.chunks = self.chunks, []
            return self.answer_content(b"".join(chunks), len(chunks))
        reply = self.peer.answer("BDAT", self, size)
        if not reply.startswith("2"):  # nothing more of it (RFC 3030, 2)
            self.recipients, self.chunks = [], []
        return self.say(reply)

    def answer_content(self, content, chunks=0):
        mail = Mail(self.sender, self.recipients, content,
                    self.parameters.strip(), self.helo, self.tls, self.number,
                    chunks, self.source)
        reply = self.peer.answer("CONTENT", self, mail)
        self.recipients = []
        if reply.startswith("2"):
            with self.peer.lock:
                self.peer.mails.append(mail)
        return self.say(reply)


class Peer:
    """An SMTP server in threads. Use it in a `with`.

    `answers` maps a command (or CONNECT, or CONTENT for the final dot) to a
    reply, DROP, HANG, a list of those, of which the last one repeats, or a
    function of the connection and the argument; None is the usual reply.
    """

    def __init__(self, host="127.0.0.1", port=0, answers=None, tls=None,
                 breaks_tls=False, extensions=("PIPELINING", "8BITMIME",
                                               "SIZE 50000000",
                                               "ENHANCEDSTATUSCODES")):
        self.host = host
        self.answers = dict(answers or {})
        self.extensions = list(extensions)
        self.breaks_tls = breaks_tls
        self.tls = None
        if tls or breaks_tls:
            self.extensions.append("STARTTLS")
        if tls:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(*tls)
        self.mails = []
        self.commands = []
        self.connections = 0
        self.lock = threading.Lock()
        self.closed = threading.Event()
        self._open = set()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._door = socket.socket(family)
        self._door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._door.bind((host, port))
        self._door.listen(200)
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    @property
    def url(self):
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"smtp://{host}:{self.port}"

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def refuse(self):
        """Takes no more connections; those that are open go on."""
        try:
            self._door.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self._door.close()

    def close(self):
        self.closed.set()
        self.refuse()
        with self.lock:
            for sock in self._open:
                try:
                    sock.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def _accept(self):
        while not self.closed.is_set():
            try:
                sock, source = self._door.accept()
            except OSError:
                return
            with self.lock:
                self.connections += 1
                number = self.connections
                self._open.add(sock)
            threading.Thread(target=self._serve, args=(sock, number, source[0]),
                             daemon=True).start()

    def _serve(self, sock, number, source):
        connection = Connection(number, self, source)
        try:
            connection.serve(sock)
        except (OSError, ValueError):
            pass  # the client has gone, or we have
        finally:
            with self.lock:
                self._open.discard(sock)
            connection.sock.close()

    def answer(self, verb, connection, argument):
        with self.lock:
            chosen = self.answers.get(verb)
            if isinstance(chosen, list):
                chosen = chosen.pop(0) if len(chosen) > 1 else chosen[0]
        if callable(chosen):
            chosen = chosen(connection, argument)
        if chosen is not None:
            return chosen
        if verb == "EHLO":
            offered = [x for x in self.extensions
                       if not (connection.tls and x == "STARTTLS")]
            lines = ["peer.example", *offered]
            return "\r\n".join(
                f"250{' ' if i + 1 == len(lines) else '-'}{x}"
                for i, x in enumerate(lines))
        return USUAL.get(verb, "502 5.5.1 Unknown command")

    def note(self, connection, line):
        with self.lock:
            self.commands.append((connection.number, line))

    def heard(self, verb):
        """The commands that begin so, of all connections."""
        with self.lock:
            return [x for _, x in self.commands if x.upper().startswith(verb)]

    def taken(self):
        with self.lock:
            return list(self.mails)

    def counts(self):
        """How often each message number (see load.py) was taken."""
        found = {}
        for mail in self.taken():
            number = mail.header("X-Number")
            found[number] = found.get(number, 0) + 1
        return found
