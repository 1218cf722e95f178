"""Which facts of the two texts belong together: what fits, the nearest first."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

from .values import DateValue, LawValue, Value

Item = Value | DateValue | LawValue
REACH = 40  # beads within which two facts are looked at as one: all those of a finding


def distance(a: Item, b: Item) -> float:
    return abs(a.bead - b.bead) * 2 + abs(a.rank - b.rank)


def by_bead(items: Sequence) -> dict[int, list]:
    table: dict[int, list] = {}
    for item in items:
        table.setdefault(item.bead, []).append(item)
    return table


def around(table: dict[int, list], item: Item, reach: int) -> list:
    """What a table by bead holds at most so many beads from an item."""
    beads = range(item.bead - reach, item.bead + reach + 1)
    return [found for bead in beads for found in table.get(bead, ())]


def closest(en: Sequence, zh: Sequence, fit: Callable, reach: int = REACH) -> list[tuple]:
    """One-to-one pairs of what fits, the nearest first."""
    table = by_bead(zh)
    pairs = [
        (distance(a, b) + _unlike(a, b), a, b)
        for a in en
        for b in around(table, a, reach)
        if fit(a, b)
    ]
    used: set[int] = set()
    out = []
    for _, a, b in sorted(pairs, key=lambda pair: (pair[0], pair[1].start, pair[2].start)):
        if id(a) not in used and id(b) not in used:
            used |= {id(a), id(b)}
            out.append((a, b))
    return out


def _unlike(a: Item, b: Item) -> float:
    """What sets two facts apart beside their places: another kind of number, another law."""
    if isinstance(a, Value) and isinstance(b, Value):
        return 0.3 if a.kind != b.kind else 0.0
    return 1.0 if isinstance(a, LawValue) and isinstance(b, LawValue) and a.id != b.id else 0.0


def without_pairs(en: list, zh: list, same: Callable, near: float = math.inf) -> tuple[list, list]:
    """What is left of both lists once what is the same has been paired off."""
    reach = min(int(near // 2), REACH) if near < math.inf else REACH
    pairs = closest(en, zh, lambda a, b: same(a, b) and distance(a, b) <= near, reach)
    gone = {id(item) for pair in pairs for item in pair}
    return [a for a in en if id(a) not in gone], [b for b in zh if id(b) not in gone]
