"""A name server with names of the test's own."""

import socket
import struct
import subprocess

from scratch import Folder, end, free_port, start, until


def question(name):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0\0\6\0\1"


class Zone:
    """NSD with one zone; `records` are lines as in a zone file."""

    def __init__(self, records, name="stagepost.example"):
        self.name = name
        self.folder = Folder()
        self.port = free_port(socket.SOCK_DGRAM)
        self.process = None
        self.folder.write("zone", f"""
$ORIGIN {name}.
$TTL 60
@ SOA ns root 1 60 60 60 60
@ NS ns
ns A 127.0.0.1
{records}
""")
        at = self.folder.path
        self.config = self.folder.write("nsd.conf", f"""
server:
  ip-address: 127.0.0.1@{self.port}
  server-count: 1
  username: ""
  chroot: ""
  database: ""
  rrl-ratelimit: 0
  pidfile: "{at}/pid"
  zonelistfile: "{at}/zones"
  xfrdfile: "{at}/xfrd"
  xfrdir: "{at}"
  logfile: "{at}/log"
remote-control:
  control-enable: no
zone:
  name: "{name}"
  zonefile: "{at}/zone"
""")

    @property
    def server(self):
        return f"127.0.0.1@{self.port}"

    def __enter__(self):
        self.process = start(["nsd", "-d", "-c", self.config],
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        try:
            until(self._answers, 15, "the name server answers")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        end(self.process, how=15)
        self.folder.remove()

    def _answers(self):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asker:
            asker.settimeout(0.2)
            asker.connect(("127.0.0.1", self.port))
            try:
                asker.send(question(self.name))
                return asker.recv(512)[3] & 15 == 0
            except OSError:
                return False
