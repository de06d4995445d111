"""The figures as people read them."""

# CPU seconds per 1,000 messages, and KiB for the idle client: what we aim at.
# A figure worse than twice its aim wants an explanation.
AIMS = {
    "reuse": {"server": 0.07, "postgres": 0.05},
    "connect": {"server": 0.18, "postgres": 0.05},
    "relay": {"total": 0.40},
    "command": {"reply_ms": 5.0},
    "idle": {"kib": 4.0},
}

TITLES = {
    "reuse": "accept, session reuse",
    "connect": "accept, one message a connection",
    "relay": "relay to smtp-sink",
    "command": "a program for each message, /bin/true",
    "idle": "idle connections",
}

_FIGURES = {
    "rate": ("messages/s", "{:,.0f}"),
    "server": ("CPU s per 1,000: server", "{:.3f}"),
    "postgres": ("CPU s per 1,000: PostgreSQL", "{:.3f}"),
    "total": ("CPU s per 1,000: in all", "{:.3f}"),
    "reply_ms": ("ms to the 250, one client", "{:.2f}"),
    "kib": ("KiB resident for each", "{:.2f}"),
}

_WIDTHS = (31, 11, 11, 9, 9, 9)


def _row(cells):
    first, *rest = cells
    line = "  " + first.ljust(_WIDTHS[0]) + "".join(
        x.rjust(w) for x, w in zip(rest, _WIDTHS[1:]))
    return line.rstrip()


def _lines(name, peer, ours):
    for key, (title, form) in _FIGURES.items():
        if key not in ours:
            continue
        theirs = peer.get(key)
        aim = AIMS[name].get(key)
        yield _row([
            title, "" if theirs is None else form.format(theirs),
            form.format(ours[key]),
            f"{ours[key] / theirs:.2f}" if theirs else "",
            "" if aim is None else f"{aim:.2f}",
            "" if aim is None else f"{ours[key] / aim:.2f}"])


def rendered(name, peer, ours, note):
    """One case: a figure a line, the peer's, ours, ours/peer's, the aim,
    ours/aim."""
    head = _row(["", "smtp-sink", "stagepost", "ratio", "aim", "ratio"])
    return "\n".join([f"{TITLES[name]} ({note})", head,
                      *_lines(name, peer, ours)])
