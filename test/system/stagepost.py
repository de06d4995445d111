"""The harness of the system tests: the real daemon, with its peers, name
servers and clients, on free ports and in folders of their own."""

from client import Dialogue, Load, send
from daemon import PROGRAM, Daemon, SystemTest, run
from peer import DROP, HANG, Mail, Peer
from scratch import (Folder, end, free_port, is_running, make_certificate,
                     start, until)
from storm import StormTest
from zone import Zone

__all__ = ["DROP", "Daemon", "Dialogue", "Folder", "HANG", "Load", "Mail",
           "PROGRAM", "Peer", "StormTest",
           "SystemTest", "Zone", "end", "free_port", "is_running",
           "make_certificate", "run", "send", "start", "until"]
