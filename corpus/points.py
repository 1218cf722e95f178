"""Points: what was seen, in a few words of both languages, and the audit question that it is about.

A point may tell how a thing is wrong, or how it is right. Some tell what became of it since an earlier
audit, and have a status; none has a severity.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from .labels import Status


@dataclass(frozen=True)
class Point:
    """What was seen in each language; ``question`` is the number of the one it is about."""

    id: str
    question: str
    en: str
    zh: str
    status: Status | None = None


def points() -> Iterator[Point]:
    """The points of ``corpus/points``, in the order of files and lines."""
    folder = files(__name__.rpartition(".")[0]) / "points"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            yield Point(f"{file.name.removesuffix('.jsonl')}#{number}", **json.loads(line))
