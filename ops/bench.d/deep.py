"""A daemon whose queue is deep: what it costs to start it, to keep it, and to
deliver other mail beside it."""

import contextlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path

import load
import processes
from processes import Trouble
from servers import Sink, free_port, tool

CASES = {
    "later": "deferred, due in one to five hours",
    "soon": "deferred, due in 10 to 18 minutes",
    "down": "due now, at hosts that refuse connections",
}

_HEAD = """\
node: {{name: bench, hostname: bench.example.com, data_dir: {data}}}
listeners:
  - {{name: mx, protocol: smtp, address: "127.0.0.1:0"}}
  - {{name: status, protocol: http, address: "127.0.0.1:0"}}
routes: [{{to: out}}]
outlets: {{out: {{type: queue}}}}
delivery:
  next_hop: ["smtp://127.0.0.1:{sink}"]
  domains:
"""

# An id is 41 bits of milliseconds, 10 of the shard (0), 12 of a sequence.
_FILL = """
set synchronous_commit = off;
insert into mail.queue_message(id, received_at, expires_at, size, flags, shard,
  sender, circumstances, envelope_id, body)
select ({base} + g) << 22, now() - interval '1 hour', now() + interval '4 days',
  500, 0, 0, 'news@sender' || g % 1000 || '.example',
  '{{"client":"192.0.2.1","helo":"client.example.com","listener":"mx"}}', '',
  convert_to('Subject: depth' || chr(13) || chr(10) || repeat('x', 480), 'UTF8')
from generate_series(1, {recipients}) g;
insert into mail.queue_recipient(id, next_at, rcptno, shard, state, attempts,
  notify, address, last_reply, original_recipient)
select ({base} + g) << 22, {next_at}, 0, 0, {state}, {attempts}, 0,
  'user' || g || '@d' || g % {destinations} || '.example', {reply}, ''
from generate_series(1, {recipients}) g;
analyze mail.queue_message; analyze mail.queue_recipient;
"""

_STATE = {
    "later": ("now() + interval '1 hour' + random() * interval '4 hours'", 2),
    "soon": ("now() + interval '10 min' + random() * interval '8 min'", 2),
    "down": ("now()", 0),
}


class Deep:
    """The daemon, started and stopped as often as wanted over the same data."""

    def __init__(self, binary, destinations):
        self._binary = binary
        self._top = Path(tempfile.mkdtemp(prefix="stagepost-depth-"))
        self._top.chmod(0o755)
        self._sink = Sink()
        self._process = None
        config = _HEAD.format(data=self._top / "var", sink=self._sink.port)
        dead = free_port()
        config += "".join(
            f'    d{n}.example: {{next_hop: ["smtp://127.0.0.1:{dead}"]}}\n'
            for n in range(destinations))
        (self._top / "bench.yaml").write_text(config)

    def start(self):
        """@returns Seconds until it takes mail, and until its queue is read."""
        self._log = self._top / "log"
        began = time.monotonic()
        with open(self._log, "wb") as log:
            self._process = subprocess.Popen(
                [self._binary, "run", "--config", self._top / "bench.yaml"],
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        seen = {}

        def saw(event):
            text = self._log.read_text(errors="replace")
            if event in text:
                seen.setdefault(event, time.monotonic() - began)
            return event in text
        for event in (" node ready ", " shard ready "):
            processes.wait_for(f"stagepost: {event.strip()}", 300,
                               lambda e=event: saw(e), self._process)
        found = dict(re.findall(
            r" listening listener=(\w+) address=127\.0\.0\.1:(\d+)",
            self._log.read_text(errors="replace")))
        self.port, self._status = int(found["mx"]), int(found["status"])
        return seen[" node ready "], seen[" shard ready "]

    def stop(self):
        if self._process:
            processes.stop(self._process)
            self._process = None

    def resident(self):
        """Octets, when no more of them come for a while."""
        now = processes.resident_kib(self._process.pid)
        for _ in range(60):
            time.sleep(2)
            before, now = now, processes.resident_kib(self._process.pid)
            if abs(now - before) * 200 < now:
                break
        return now * 1024

    def count(self, name):
        with urllib.request.urlopen(
                f"http://127.0.0.1:{self._status}/metrics",
                timeout=60) as answer:
            text = answer.read().decode()
        found = re.search(rf"^stagepost_{name}(?:{{[^}}]*}})? (\S+)$", text,
                          re.M)
        return float(found[1])

    def fill(self, case, recipients, destinations):
        lines = (self._top / "var/postgres/postmaster.pid") \
            .read_text().splitlines()
        base = int(time.time() * 1000) - 1_700_000_000_000 - 30_000_000
        next_at, state = _STATE[case]
        sql = _FILL.format(
            base=base, recipients=recipients, destinations=destinations,
            next_at=next_at, state=state, attempts=1 if state else 0,
            reply="'451 4.4.1 Can''t connect to mx.example[192.0.2.1]:25'"
                  if state else "''")
        done = subprocess.run(
            [tool("psql"), "-Xq", "-v", "ON_ERROR_STOP=1", "-h", lines[4],
             "-U", "stagepost", "-d", "stagepost", "-c", sql],
            stdin=subprocess.DEVNULL, capture_output=True, text=True,
            check=False)
        if done.returncode != 0:
            raise Trouble("psql: " + done.stderr.strip()[-500:])

    def rate(self, messages, repeat):
        """Messages a second, from the first sent to the last delivered."""
        found = []
        for _ in range(repeat + 1):
            before = self.count("delivered_total")
            began = time.monotonic()
            load.send(self.port, messages, True)
            while self.count("delivered_total") < before + messages:
                if time.monotonic() - began > 600:
                    raise Trouble("not all was delivered within 10 minutes")
                time.sleep(0.05)
            found.append(messages / (time.monotonic() - began))
        return statistics.median(found[1:])  # the first one warms up

    def close(self):
        self.stop()
        self._sink.close()
        shutil.rmtree(self._top, ignore_errors=True)


def measure(options, case):
    """@returns Figures, by name."""
    with contextlib.closing(Deep(options.binary, options.destinations)) as x:
        out = {"case": case, "recipients": options.recipients,
               "destinations": options.destinations}
        x.start()
        out["empty_octets"] = x.resident()
        out["empty_rate"] = x.rate(options.messages, options.repeat)
        x.fill(case, options.recipients, options.destinations)
        x.stop()
        out["takes_mail_s"], out["queue_read_s"] = x.start()
        out["octets_each"] = (x.resident() - out["empty_octets"]) \
            / options.recipients
        out["in_memory"] = x.count("queue_messages")
        out["rate"] = x.rate(options.messages, options.repeat)
        out["rate_kept"] = out["rate"] / out["empty_rate"]
        return out
