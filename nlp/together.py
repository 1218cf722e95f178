"""Many tasks, one encoder call: what tasks ask for at the same time is encoded together."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TypeVar

import numpy as np
from greenlet import getcurrent, greenlet

Encode = Callable[[Sequence[str]], np.ndarray]
T = TypeVar("T")


def together(tasks: Sequence[Callable[[Encode], T]], encode: Encode) -> list[T]:
    """What the tasks return, in their order; each is given an ``encode`` to ask for vectors with.

    A task that asks rests until all others have asked or ended; then ``encode`` is called once, with
    the texts of all. One thread: nothing runs at the same time. What a task raises ends them all.
    """
    hub = getcurrent()
    ask: Encode = hub.switch
    results: dict[int, T] = {}
    turn = [(i, greenlet(task), ask) for i, task in enumerate(tasks)]
    while turn:
        asked: list[tuple[int, greenlet, Sequence[str]]] = []
        for i, task, told in turn:
            answer = task.switch(told)
            if task.dead:
                results[i] = answer
            else:
                asked.append((i, task, answer))
        if not asked:
            break
        vectors = encode(list(chain.from_iterable(texts for _, _, texts in asked)))
        ends = np.cumsum([len(texts) for _, _, texts in asked])[:-1]
        parts = np.split(vectors, ends)
        turn = [(i, task, rows) for (i, task, _), rows in zip(asked, parts, strict=True)]
    return [results[i] for i in range(len(tasks))]
