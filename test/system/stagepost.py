"""The harness of the system tests: the real daemon, with its peers, name
servers and clients, on free ports and in folders of their own."""

from client import Dialogue, Load, send
from daemon import PROGRAM, Daemon, SystemTest, run
from login import LoginTest, base64_of, hashed, logs_in_by_scram, plain
from peer import DROP, HANG, Mail, Peer
from postgres import Postgres
from scratch import (Folder, end, free_port, is_running, make_certificate,
                     start, until)
from storm import StormTest
from zone import Zone

__all__ = ["DROP", "Daemon", "Dialogue", "Folder", "HANG", "Load", "LoginTest",
           "Mail", "PROGRAM", "Peer", "Postgres", "StormTest", "SystemTest", "Zone",
           "base64_of", "end", "free_port", "hashed", "is_running",
           "logs_in_by_scram", "make_certificate", "plain", "run", "send",
           "start", "until"]
