"""Many tasks, one call: what tasks ask of a network at the same time is asked together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from greenlet import getcurrent, greenlet

Function = Callable[[Sequence[Any]], np.ndarray]
Ask = Callable[[Function, Sequence[Any]], np.ndarray]
T = TypeVar("T")


def directly(function: Function, items: Sequence[Any]) -> np.ndarray:
    """The answer to one who asks alone."""
    return function(items)


def together(tasks: Sequence[Callable[[Ask], T]]) -> list[T]:
    """What the tasks return, in their order. Each is given ``ask(function, items)``, which answers with
    what the function gives for the items, a row each.

    A task that asks rests until all others have asked or ended; then each function is called once,
    with the items of all who asked it. One thread: nothing runs at the same time. What a task raises ends
    them all.
    """
    hub = getcurrent()

    def ask(function: Function, items: Sequence[Any]) -> np.ndarray:
        return hub.switch((function, items))

    results: dict[int, T] = {}
    turn: list[tuple[int, greenlet, Any]] = [(i, greenlet(t), ask) for i, t in enumerate(tasks)]
    while turn:
        asked: dict[Function, list[tuple[int, greenlet, Sequence[Any]]]] = {}
        for i, task, told in turn:
            answer = task.switch(told)
            if task.dead:
                results[i] = answer
            else:
                function, items = answer
                asked.setdefault(function, []).append((i, task, items))
        turn = []
        for function, waiting in asked.items():
            rows = function(list(chain.from_iterable(items for _, _, items in waiting)))
            ends = np.cumsum([len(items) for _, _, items in waiting])[:-1]
            parts = np.split(rows, ends)
            turn += [(i, task, part) for (i, task, _), part in zip(waiting, parts, strict=True)]
    return [results[i] for i in range(len(tasks))]
