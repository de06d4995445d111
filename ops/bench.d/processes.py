"""What the system knows of processes: CPU time, memory, descent."""

import os
import resource
import signal
import subprocess
import time
from pathlib import Path

_TICK = 1 / os.sysconf("SC_CLK_TCK")


class Trouble(Exception):
    """Nothing to do but to say so and to end."""


def _stat(pid):
    # The name stands in parentheses and may hold anything, so count from ')'.
    text = Path(f"/proc/{pid}/stat").read_text()
    return text.rpartition(")")[2].split()


def cpu_seconds(pid):
    """User and system time of all threads of one process."""
    x = _stat(pid)
    return (int(x[11]) + int(x[12])) * _TICK


def family_cpu_seconds(pid):
    """The same with all children, those that have ended and were waited for
    included. Grandchildren are not looked for: PostgreSQL has none."""
    x = _stat(pid)
    total = sum(int(y) for y in x[11:15]) * _TICK
    for child in children(pid):
        try:
            total += cpu_seconds(child)
        except (FileNotFoundError, ProcessLookupError):
            pass  # has just ended: the parent's sum will have it next time
    return total


def children(pid):
    found = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        found += [int(x) for x in (task / "children").read_text().split()]
    return found


def resident_kib(pid):
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise Trouble(f"process {pid} has no resident memory")


def raise_file_limit(wanted):
    """Lets this process and those it starts have so many files open."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if most != resource.RLIM_INFINITY and most < wanted:
        if os.geteuid() != 0:
            raise Trouble(f"needs {wanted} open files, `ulimit -Hn` is {most}")
        try:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, wanted))
            return
        except (ValueError, PermissionError) as why:
            raise Trouble(
                f"needs {wanted} open files, `ulimit -Hn` is {most}") from why
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


def stop(process, patience=90):
    """Ends a process in order, or else at once."""
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what, limit, does_it, alive):
    """Asks until `does_it` is true. @raises Trouble after `limit` seconds."""
    end = time.monotonic() + limit
    while not does_it():
        if alive.poll() is not None:
            raise Trouble(f"{what}: ended with status {alive.returncode}")
        if time.monotonic() > end:
            raise Trouble(f"{what}: not within {limit} s")
        time.sleep(0.02)
