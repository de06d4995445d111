"""What every part of the harness needs: deadlines, folders, certificates."""

import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time

# A test that is told to end still cleans up.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))


def until(predicate, seconds=15, what=None):
    """Waits until `predicate()` is true and returns what it gave."""
    end = time.monotonic() + seconds
    while True:
        found = predicate()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(
                f"not within {seconds} s: {what or predicate.__name__}")
        time.sleep(0.02)  # the interval of the poll


class Folder:
    """A folder under /tmp that other users may enter, and that goes away."""

    def __init__(self):
        self.path = tempfile.mkdtemp(prefix="stagepost-", dir="/tmp")
        os.chmod(self.path, 0o755)

    def __truediv__(self, name):
        return os.path.join(self.path, name)

    def write(self, name, text):
        with open(self / name, "w", encoding="utf-8") as file:
            file.write(text)
        return self / name

    def remove(self):
        shutil.rmtree(self.path, ignore_errors=True)


def start(command, **options):
    """Starts a program that dies with this one, whatever happens to it."""
    return subprocess.Popen(
        ["setpriv", "--pdeathsig", "KILL", *command],
        stdin=subprocess.DEVNULL, **options)


def end(process, how=signal.SIGKILL):
    if process and process.poll() is None:
        process.send_signal(how)
        process.wait(timeout=30)


def is_running(pid):
    """Whether this process lives; one that nobody has reaped does not."""
    try:
        with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
            return file.read().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def free_port():
    """A port that is free for TCP and UDP at this moment, and stays so: the
    kernel gives none below 32768 to those who ask for any."""
    while True:
        port = random.randrange(10240, 32768)
        try:
            for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
                with socket.socket(socket.AF_INET, kind) as found:
                    found.bind(("", port))
            return port
        except OSError:
            pass  # somebody's


def make_certificate(folder, name="localhost"):
    """Writes a self-signed certificate. Returns the files of it and its key."""
    certificate, key = folder / f"{name}.crt", folder / f"{name}.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
         "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
         f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}",
         "-out", certificate, "-keyout", key],
        check=True, capture_output=True)
    os.chmod(key, 0o644)
    return certificate, key
