"""How training says what it is doing."""

from __future__ import annotations

from typing import Protocol


class Tell(Protocol):
    """Told what is being done, and how much of it is, where that is known."""

    def __call__(self, what: str, done: int = 0, of: int | None = None) -> None: ...


def silent(what: str, done: int = 0, of: int | None = None) -> None:
    """For callers who do not ask."""
