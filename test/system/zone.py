"""A name server with names of the test's own."""

import signal
import socket
import struct
import subprocess
import sys

from scratch import Folder, end, free_port, start, until


def question(name):
    labels = b"".join(bytes([len(x)]) + x.encode() for x in name.split("."))
    return struct.pack("!6H", 7, 0x100, 1, 0, 0, 0) + labels + b"\0\0\6\0\1"


class Zone:
    """NSD with one zone; `records` are lines as in a zone file.

    With `signed` the zone has DNSSEC signatures by the key in the file
    `anchor`; `forged` are texts that are replaced after it was signed. `others`
    are more zones, with their records, that nobody signs.
    """

    def __init__(self, records, name="stagepost.example", signed=False,
                 forged=None, others=None):
        self.name = name
        self.signed = signed
        self.forged = dict(forged or {})
        self.folder = Folder()
        self.port = free_port()
        self.process = None
        if signed:
            key = self._run("ldns-keygen", "-a", "ECDSAP256SHA256", "-k", name)
            self._key = key.strip()
            self.anchor = self.folder / f"{self._key}.key"
        self.write(records)
        zones = [self._zone(name)]
        for other, lines in (others or {}).items():
            self._write(other, lines, 1)
            zones.append(self._zone(other))
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
{"".join(zones)}""")

    def _run(self, *command):
        return subprocess.run(command, check=True, capture_output=True,
                              text=True, cwd=self.folder.path).stdout

    def _zone(self, name):
        return (f'zone:\n  name: "{name}"\n'
                f'  zonefile: "{self.folder / name}.zone"\n')

    def _write(self, name, records, serial):
        return self.folder.write(f"{name}.zone", f"""
$ORIGIN {name}.
$TTL 60
@ SOA ns root {serial} 60 60 60 60
@ NS ns
ns A 127.0.0.1
{records}
""")

    def write(self, records, serial=1):
        """What the zone holds from now on, or from the next `reload` on."""
        file = self._write(self.name, records, serial)
        if not self.signed:
            return
        self._run("ldns-signzone", "-o", self.name, "-f", "signed", file,
                  self._key)
        with open(self.folder / "signed", encoding="utf-8") as signed:
            text = signed.read()
        for what, by in self.forged.items():
            assert what in text, what
            text = text.replace(what, by)
        self.folder.write(f"{self.name}.zone", text)

    def reload(self, records, serial):
        self.write(records, serial)
        self.process.send_signal(signal.SIGHUP)

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
            with open(self.folder / "log", encoding="utf-8") as log:
                print(log.read(), file=sys.stderr)
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
                return asker.recv(4096)[3] & 15 == 0
            except OSError:
                return False
