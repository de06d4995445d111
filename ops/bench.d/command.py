"""The command line: runs the cases and prints the medians."""

import argparse
import json
import os
import signal
import statistics
import sys
from pathlib import Path

import load
import table
from cases import all_cases
from processes import Trouble

_TOP = Path(__file__).resolve().parents[2]


def _positive(text):
    value = int(text)
    if value < 1:
        raise argparse.ArgumentTypeError("must be 1 or more")
    return value


def _options(arguments):
    names = list(table.TITLES)
    parser = argparse.ArgumentParser(
        prog="ops/bench",
        description="Measures Stagepost against smtp-sink, in turn, with "
                    "Postfix's smtp-source. Prints medians; judges nothing.")
    parser.add_argument("--case", action="append", choices=names, default=[],
                        help="only this one; may be repeated")
    parser.add_argument("--messages", type=_positive, default=10000,
                        help="in each measurement (%(default)s)")
    parser.add_argument("--idle", type=_positive, default=10000,
                        help="connections of the case idle (%(default)s)")
    parser.add_argument("--repeat", type=_positive, default=3,
                        help="measurements of each server (%(default)s)")
    parser.add_argument("--content", metavar="FILE",
                        help="send this message, header and body, instead of "
                             "4 KiB of one letter")
    parser.add_argument("--binary", metavar="FILE",
                        default=str(_TOP / "build/release/stagepost"),
                        help="the daemon (build/release/stagepost)")
    parser.add_argument("--json", action="store_true",
                        help="print every measurement as JSON")
    options = parser.parse_args(arguments)
    options.case = options.case or names
    if not os.access(options.binary, os.X_OK):
        parser.error(f"there is no {options.binary}: ops/build release, "
                     "or --binary")
    if options.content and not os.access(options.content, os.R_OK):
        parser.error(f"{options.content} can't be read")
    return options


def _with_total(figures):
    if "server" in figures:
        figures["total"] = figures["server"] + figures.get("postgres", 0.0)
    return figures


def _medians(measurements):
    return {key: statistics.median(x[key] for x in measurements)
            for key in measurements[0]}


def _run(case, repeat):
    """@returns For each server, by name, its measurements."""
    with case.servers() as servers:
        found = {x.name: [] for x in servers}
        for server in servers:
            case.warm_up(server)
        for _ in range(repeat):
            for server in servers:
                found[server.name].append(_with_total(case.measure(server)))
    return found


def _note(name, options):
    if name == "idle":
        what = f"{options.idle:,}, after EHLO"
    else:
        size = options.content or f"{load.OCTETS // 1024} KiB"
        what = f"{options.messages:,} of {size}, {load.SESSIONS} sessions"
    return f"{what}, median of {options.repeat}"


def _loads():
    return [round(x, 2) for x in os.getloadavg()]


def _measure(options):
    cases = all_cases(options)
    answer = {"cpus": os.cpu_count(), "load_before": _loads(), "cases": {}}
    if not options.json:
        print(f"{answer['cpus']} CPUs, load average {_loads()[0]}", flush=True)
    for name in options.case:
        found = _run(cases[name], options.repeat)
        peer, ours = (_medians(found[x]) for x in ("smtp-sink", "stagepost"))
        answer["cases"][name] = {
            "aims": table.AIMS[name], "measurements": found,
            "medians": {"smtp-sink": peer, "stagepost": ours}}
        if not options.json:
            print("\n" + table.rendered(name, peer, ours,
                                        _note(name, options)), flush=True)
    answer["load_after"] = _loads()
    if options.json:
        json.dump(answer, sys.stdout, indent=2)
        print()
    else:
        print(f"\nload average {_loads()[0]}")


def main(arguments=None):
    options = _options(arguments)
    # So that what was started ends with us.
    for x in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(x, lambda number, _: sys.exit(128 + number))
    try:
        _measure(options)
    except (Trouble, OSError) as why:  # OSError: a server has gone
        print(f"ops/bench: {why}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0
