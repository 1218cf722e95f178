"""Training and promoting as a process of its own, which tells in lines of JSON how far it is, so that
the service goes on answering: ``python -m bifinding.app.web.job train corrections.jsonl``."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ...training.compare import TaskChange

Say = Callable[[dict[str, Any]], None]


def perform(arguments: Sequence[str], say: Say) -> None:
    """``train FILE`` or ``promote VERSION``. Says ``{"what", "done", "of"}`` on the way and
    ``{"result": …}`` or ``{"error": …}`` at the end."""
    from ...corpus.schema import InputError

    def tell(what: str, done: int = 0, of: int | None = None) -> None:
        say({"what": what, "done": done, "of": of})

    kind, argument = arguments
    try:
        say({"result": _train(argument, tell) if kind == "train" else _promote(argument, tell)})
    except InputError as error:
        say({"error": str(error)})


def _train(file: str, tell: Callable[..., None]) -> dict[str, Any]:
    from ...corpus.readers import read
    from ...training.frozen import objections
    from ...training.train import train

    result = train([read(file)] if Path(file).stat().st_size else [], tell=tell)
    own = result.own
    return {
        "version": result.model.name,
        "in_use": result.in_use,
        "learned": own.findings - own.repeated if own else 0,
        "tested_on": result.tested_on,
        "change": _rows(result.change["both"]) if result.change else [],
        "own": _rows(own.change) if own and own.change else [],
        "objections": list(objections(result.change)) if result.change else [],
    }


def _promote(version: str, tell: Callable[..., None]) -> dict[str, Any]:
    from ...training.promote import promote

    promote(version, tell=tell)
    return {"version": version}


def _rows(changes: Sequence[TaskChange]) -> list[dict[str, Any]]:
    return [
        {k: v for k, v in asdict(change).items() if k != "classes"} | {"verdict": change.verdict}
        for change in changes
    ]


if __name__ == "__main__":
    perform(sys.argv[1:], lambda line: print(json.dumps(line), flush=True))
