"""Where the chain stood, in a file outside the database, out of reach of whoever cuts or rewrites it."""

import json
import os
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.utils import timezone


class Anchor(NamedTuple):
    """The chain at a link, when that was written, and how many links had been added."""

    sequence: int
    chain: str
    at: str
    added: int


class Anchors(NamedTuple):
    """What the file says, and its lines that cannot be read, in words."""

    by_sequence: dict[int, list[Anchor]]
    unread: list[str]


def write_anchor(sequence, chain, added):
    """Append a line and wait until it is on the disk; raises OSError."""
    at = timezone.now().strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    path = Path(settings.SEAL_ANCHORS)
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600), "r+b", buffering=0) as file:
        line = json.dumps(Anchor(sequence, chain, at, added)._asdict()).encode() + b"\n"
        file.write(line if _ends_whole(file) else b"\n" + line)
        os.fsync(file.fileno())


def _ends_whole(file):
    """Whether a line may follow; not so after one that a power cut tore."""
    if file.seek(0, os.SEEK_END) == 0:
        return True
    file.seek(-1, os.SEEK_END)
    return file.read(1) == b"\n"


def read_anchors():
    """Every anchor of the file; without a file there are none."""
    path = Path(settings.SEAL_ANCHORS)
    anchors = Anchors({}, [])
    if not path.exists():
        return anchors
    lines = path.read_bytes().split(b"\n")
    for number, line in enumerate(lines, start=1):
        if anchor := _read(line):
            anchors.by_sequence.setdefault(anchor.sequence, []).append(anchor)
        elif line.strip():
            torn = " (the last one, torn off while it was written)" if number == len(lines) else ""
            anchors.unread.append(f"Line {number} of the anchors cannot be read{torn}.")
    return anchors


def _read(line):
    try:
        said = json.loads(line)
        return Anchor(int(said["sequence"]), str(said["chain"]), str(said["at"]), int(said["added"]))
    except (ValueError, KeyError, TypeError):
        return None
