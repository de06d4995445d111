"""Who checks signatures: Debian's dkimpy, with records of the test's own."""

import json

import dkim

from daemon import run


class Records:
    """Name and text of DKIM records; `stagepost dkim` fills them."""

    def __init__(self):
        self.texts = {}

    def create(self, folder, domain, *arguments, below="keys"):
        """Makes a key. Returns what `stagepost dkim create` says of it."""
        done = run("dkim", "create", domain, "--json", "--directory",
                   folder / below, "--config", folder / "none.yaml",
                   *arguments)
        assert done.returncode == 0, done.stderr
        made = json.loads(done.stdout)
        self.texts[made["name"]] = made["record"]
        return made

    def find(self, name, timeout=5):
        """The DNS, as dkimpy asks it."""
        text = self.texts.get(name.decode().rstrip("."))
        return text.encode() if text else None

    def verifies(self, content, index=0):
        """Whether the index-th signature from the top is good."""
        try:
            return dkim.DKIM(content).verify(idx=index, dnsfunc=self.find)
        except dkim.DKIMException:
            return False


def signers(content):
    """The tags d, s, a of each signature, from the top."""
    fields = [value for name, value in dkim.rfc822_parse(content)[0]
              if name.lower() == b"dkim-signature"]
    tags = [dkim.util.parse_tag_value(x) for x in fields]
    return [tuple(x[k].decode() for k in (b"d", b"s", b"a")) for x in tags]
