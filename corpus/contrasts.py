"""Contrast sets: one point of an audit in two states that exclude each other, in both languages.

Each state is worded twice in each language, so that any English wording of a state is a translation of any
Chinese one, and contradicts those of the other state (Gardner et al. 2020, "Evaluating Models' Local
Decision Boundaries via Contrast Sets"). They teach the translation check, and measure it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from itertools import product

from .labels import Lang

HELD_OUT = "measure"  # the file of those for measuring alone, by a writer of its own
Wordings = dict[Lang, list[str]]


@dataclass(frozen=True)
class ContrastSet:
    """``states`` are the two states with their wordings; ``question`` is that of the point."""

    id: str
    question: str
    states: tuple[Wordings, Wordings]

    def pairs(self) -> Iterator[tuple[str, str, bool]]:
        """Every English wording with every Chinese one, and whether they contradict each other."""
        for one, two in product(range(2), repeat=2):
            for en, zh in product(self.states[one]["en"], self.states[two]["zh"]):
                yield en, zh, one != two


def contrasts(held_out: bool = False) -> list[ContrastSet]:
    """The sets to learn from, or those for measuring alone."""
    folder = files(__name__.rpartition(".")[0]) / "contrasts"
    found = []
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if (file.name == f"{HELD_OUT}.jsonl") == held_out:
            for line in file.read_text("utf-8").splitlines():
                row = json.loads(line)
                found.append(ContrastSet(row["id"], row["question"], (row["a"], row["b"])))
    return found
