"""Points: what was seen, in a few words of both languages, and the audit question that it is about.

They are those of ``corpus/points``, and the states of the contrast sets. A point says nothing of status and
severity; it may tell how a thing is wrong, or how it is right.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files

from .contrasts import contrasts


@dataclass(frozen=True)
class Point:
    """``group``: points of one group tell of one thing, and stand on one side of a split."""

    id: str
    group: str
    question: str
    en: str
    zh: str


def points() -> Iterator[Point]:
    """Every point to learn from, in the order of files and lines."""
    folder = files(__name__.rpartition(".")[0]) / "points"
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1):
            id = f"{file.name.removesuffix('.jsonl')}#{number}"
            yield Point(id, id, **json.loads(line))
    for one in contrasts():
        for n, state in enumerate(one.states):  # one wording of each state, and not the same
            yield Point(f"{one.id}/{n}", one.id, one.question, state["en"][n], state["zh"][n])
