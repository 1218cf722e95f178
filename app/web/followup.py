"""The same site's audits side by side: what was closed, what stays open, what is new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ...corpus.catalogue import questions
from ..store import FindingRow

Outcome = Literal["open", "new", "closed", "gone", "unknown"]
ORDER: tuple[Outcome, ...] = ("open", "new", "closed", "gone", "unknown")


@dataclass(frozen=True, slots=True)
class Matter:
    """The findings of one question in the earlier audit and in the later one."""

    question: str | None
    before: list[FindingRow]
    now: list[FindingRow]

    @property
    def outcome(self) -> Outcome:
        """ "gone": the later audit does not speak of it, so nobody knows."""
        if self.question is None:
            return "unknown"
        if not self.now:
            return "gone"
        if all(row.status == "corrected" for row in self.now):
            return "closed"
        return "open" if self.before else "new"


def compare(before: Sequence[FindingRow], now: Sequence[FindingRow]) -> dict[Outcome, list[Matter]]:
    """The matters by what became of them, in the order of the questions."""
    names = [*questions(), None]
    found = [
        Matter(
            name,
            [row for row in before if row.question == name],
            [row for row in now if row.question == name],
        )
        for name in names
    ]
    matters = [matter for matter in found if matter.before or matter.now]
    return {kind: [m for m in matters if m.outcome == kind] for kind in ORDER}
