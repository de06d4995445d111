"""Outlets that work while the client waits, with their platforms."""

import asyncio
import contextlib
import multiprocessing
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import haraka
import load
import processes
from processes import Trouble
from servers import free_port, tool

DELAY_MS = 50
WORKERS = 64

_STAGEPOST = """\
node: {{name: bench, hostname: bench.example.com, data_dir: {data}}}
listeners: [{{name: mx, protocol: smtp, address: "127.0.0.1:0"}}]
limits: {{max_clients: 100000, max_clients_per_host: 100000}}
routes:
  - {{recipient: "@discard.example", to: nowhere}}
  - {{recipient: "@http.example", to: quick}}
  - {{recipient: "@slow.example", to: slow}}
outlets:
  nowhere: {{type: discard}}
  quick: {{type: http, url: "http://127.0.0.1:{quick}/jobs"}}
  slow: {{type: http, url: "http://127.0.0.1:{slow}/jobs", workers: {workers},
    waiting: 100000}}
"""

_NGINX = """\
daemon off; pid {top}/nginx.pid; error_log stderr; worker_processes 1;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_max_body_size 0; keepalive_requests 1000000;
  client_body_temp_path {top}/body; proxy_temp_path {top}/proxy;
  fastcgi_temp_path {top}/fastcgi; uwsgi_temp_path {top}/uwsgi;
  scgi_temp_path {top}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200; }} }}
}}
"""


def _listens(port):
    with contextlib.suppress(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port), 1).close()
        return True
    return False


@contextlib.contextmanager
def _folder():
    # Others than we have to get in: PostgreSQL, nginx.
    top = Path(tempfile.mkdtemp(prefix="stagepost-outlets-"))
    top.chmod(0o755)
    try:
        yield top
    finally:
        shutil.rmtree(top, ignore_errors=True)


@contextlib.contextmanager
def _nginx(top):
    port = free_port()
    config = top / "nginx.conf"
    config.write_text(_NGINX.format(top=top, port=port))
    process = subprocess.Popen(
        [tool("nginx"), "-c", str(config), "-e", "stderr"],
        stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        processes.wait_for("nginx", 10, lambda: _listens(port), process)
        yield port
    finally:
        processes.stop(process)


async def _serve_slowly(port):
    async def one(reader, writer):
        with contextlib.suppress(asyncio.IncompleteReadError,
                                 ConnectionResetError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                octets = re.search(rb"(?i)content-length: *(\d+)", head)
                await reader.readexactly(int(octets[1]))
                await asyncio.sleep(DELAY_MS / 1000)
                writer.write(b"HTTP/1.1 204 No Content\r\n\r\n")
        writer.close()
    server = await asyncio.start_server(one, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


@contextlib.contextmanager
def _slow_platform():
    port = free_port()
    process = multiprocessing.Process(
        target=lambda: asyncio.run(_serve_slowly(port)), daemon=True)
    process.start()
    try:
        end = time.monotonic() + 10
        while not _listens(port):
            if time.monotonic() > end:
                raise Trouble("the slow platform does not listen")
            time.sleep(0.02)
        yield port
    finally:
        process.terminate()
        process.join()


@contextlib.contextmanager
def _stagepost(binary, top, **platforms):
    config = top / "bench.yaml"
    config.write_text(_STAGEPOST.format(data=top / "var", workers=WORKERS,
                                        **platforms))
    path = top / "log"
    with open(path, "wb") as log:
        process = subprocess.Popen(
            [binary, "run", "--config", str(config)],
            stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
    try:
        text = lambda: path.read_text(errors="replace")
        processes.wait_for("stagepost", 90,
                           lambda: " node ready " in text(), process)
        yield int(re.search(r" listening listener=mx \S*:(\d+)", text())[1])
    finally:
        processes.stop(process)


async def _client(port, gate):
    """@returns Seconds from the end of the data to the reply."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    lines = (None, "EHLO client.example.com",
             "MAIL FROM:<sender@example.com>", "RCPT TO:<to@slow.example>",
             "DATA")
    for line in lines:
        if line:
            writer.write(line.encode() + b"\r\n")
        while (await reader.readline())[3:4] == b"-":
            pass
    await gate.wait()
    began = time.monotonic()
    writer.write(b"Subject: bench\r\n\r\n" + (b"x" * 70 + b"\r\n") * 50
                 + b".\r\n")
    reply = await reader.readline()
    seconds = time.monotonic() - began
    writer.close()
    if not reply.startswith(b"250"):
        raise Trouble("a client heard " + reply.decode().strip())
    return seconds


async def _crowd(port, clients):
    gate = asyncio.Event()
    waiting = [asyncio.ensure_future(_client(port, gate))
               for _ in range(clients)]
    await asyncio.sleep(2)  # all of them come to DATA
    gate.set()
    return sorted(await asyncio.gather(*waiting))


def _rate(port, to, options):
    load.send(port, 500, True, to=to)  # caches and pools fill
    return statistics.median(
        options.messages / load.send(port, options.messages, True, to=to)
        for _ in range(options.repeat))


def measure(options):
    if not os.access(options.binary, os.X_OK):
        raise Trouble(f"there is no {options.binary}: ops/build release")
    processes.raise_file_limit(4 * options.clients + 1000)
    with contextlib.ExitStack() as all_of_them:
        top = all_of_them.enter_context(_folder())
        quick = all_of_them.enter_context(_nginx(top))
        slow = all_of_them.enter_context(_slow_platform())
        port = all_of_them.enter_context(
            _stagepost(options.binary, top, quick=quick, slow=slow))
        peer = all_of_them.enter_context(haraka.haraka(
            top, Path(options.haraka), quick)) if options.haraka else None
        asyncio.run(_crowd(port, WORKERS))
        crowds = [asyncio.run(_crowd(port, options.clients))
                  for _ in range(options.repeat)]
        middle = sorted(crowds, key=lambda x: x[-1])[len(crowds) // 2]
        return {
            "haraka_rate": peer and _rate(peer, "to@http.example", options),
            "discard_rate": _rate(port, "to@discard.example", options),
            "http_rate": _rate(port, "to@http.example", options),
            "first_s": middle[0],
            "median_s": statistics.median(middle),
            "last_s": middle[-1],
        }
