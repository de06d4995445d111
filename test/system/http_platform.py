"""A platform that mail is POSTed to, and that does as the test says."""

import email
import email.policy
import hashlib
import hmac
import json
import ssl
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HANG = "say nothing"
HALF = "say half an answer"
EARLY = "answer before the body was read"


@dataclass
class Post:
    """A request, its form taken apart by Python's email package."""

    path: str
    headers: object
    body: bytes
    connection: int

    def __post_init__(self):
        head = f"Content-Type: {self.headers['Content-Type']}\r\n\r\n"
        form = email.message_from_bytes(
            head.encode() + self.body, policy=email.policy.HTTP)
        self.fields = {}
        for part in form.iter_parts():
            name = part.get_param("name", header="Content-Disposition")
            self.fields.setdefault(name, []).append(part)

    def octets(self, name):
        return self.fields[name][0].get_payload(decode=True)

    @property
    def raw(self):
        """The field `raw`, which the email package would take apart."""
        begin = self.body.index(b"\r\n\r\n", self.body.index(
            b'form-data; name="raw"')) + 4
        return self.body[begin:self.body.rindex(b"\r\n--")]

    def name(self, field):
        return self.fields[field][0].get_filename()

    def type(self, field):
        return self.fields[field][0].get_content_type()

    @property
    def message(self):
        return json.loads(self.octets("message"))

    def is_signed(self, secret):
        time, _, digest = (
            self.headers["Stagepost-Signature"] or "").partition(",v1=")
        signed = time.removeprefix("t=").encode() + b"." + self.body
        return hmac.compare_digest(
            digest, hmac.new(secret, signed, hashlib.sha256).hexdigest())


class HttpPlatform:
    """Use it in a `with`. `answer` is what it says to a POST: a status and a
    body (a string is text/plain, all else JSON), one of the words above, or a
    function from the post to one of them."""

    def __init__(self, certificate=None):
        self.answer = 204, ""
        self.posts = []
        self.connections = 0
        self._lock = threading.Lock()
        self._end = threading.Event()
        platform = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            disable_nagle_algorithm = True

            def setup(self):
                super().setup()
                with platform._lock:
                    platform.connections += 1
                    self.number = platform.connections

            def do_POST(self):
                if platform.answer == EARLY:
                    return platform._refuse(self)
                body = self.rfile.read(int(self.headers["Content-Length"]))
                platform._take(self, body)

            def log_message(self, *_):
                pass

        class Server(ThreadingHTTPServer):
            request_queue_size = 128

            def handle_error(self, *_):
                pass  # a client that leaves is no news

        self._server = Server(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self.scheme = "http"
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(*certificate)
            self._server.socket = context.wrap_socket(
                self._server.socket, server_side=True,
                do_handshake_on_connect=False)
            self.scheme = "https"

    def __enter__(self):
        threading.Thread(target=self._server.serve_forever,
                         daemon=True).start()
        return self

    def __exit__(self, *_):
        self._end.set()
        self._server.shutdown()
        self._server.server_close()

    def url(self, host="127.0.0.1", path="/jobs"):
        return f"{self.scheme}://{host}:{self.port}{path}"

    def forget(self):
        self.posts.clear()
        self.answer = 204, ""

    def _take(self, handler, body):
        post = Post(handler.path, handler.headers, body, handler.number)
        with self._lock:
            self.posts.append(post)
        answer = self.answer(post) if callable(self.answer) else self.answer
        if answer == HANG:
            self._end.wait(60)
        elif answer == HALF:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n"
                                b"half")
            handler.close_connection = True
        else:
            self._answer(handler, *answer)

    @staticmethod
    def _answer(handler, status, body, headers=()):
        text = isinstance(body, str)
        octets = body.encode() if text else json.dumps(body).encode()
        handler.send_response(status)
        if status != 204:
            handler.send_header("Content-Type", "text/plain; charset=utf-8"
                                if text else "application/json")
            handler.send_header("Content-Length", str(len(octets)))
        for name, value in headers:
            handler.send_header(name, value)
        handler.end_headers()
        if status != 204:
            handler.wfile.write(octets)

    def _refuse(self, handler):
        handler.close_connection = True
        self._answer(handler, 413, "Too large for us",
                     [("Connection", "close")])
