"""The frozen reference set: the corpus's test split, on which every two models can be compared."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Any

import numpy as np

from ..corpus.labels import LANGS
from ..eval.views import gold, one_language
from ..models.heads import Classifier
from ..nlp.bitext import Bitext
from . import collect
from .compare import TaskChange, compare, losses
from .fit import threads
from .progress import Tell, silent
from .vectors import prepare

VIEWS = ("both", *LANGS)
_VIEW_NAMES = {"both": "", "en": "English alone: ", "zh": "Chinese alone: "}
# By view, then by task: probabilities of shape (findings, labels).
Answers = dict[str, dict[str, np.ndarray]]


class Frozen:
    """Written findings of situations that training never sees, in both languages and in one alone."""

    def __init__(self, tell: Tell = silent):
        self.tell = tell
        self._bitexts: dict[str, list[Bitext]] = {}
        self._last: tuple[Any, dict[str, Any]] = None, {}

    @cached_property
    def findings(self):
        return collect.corpus("test")[0]

    @cached_property
    def labels(self) -> dict[str, np.ndarray]:
        return gold(self.findings)

    def bitexts(self, encoder: str) -> list[Bitext]:
        if encoder not in self._bitexts:
            self._bitexts[encoder] = prepare(self.findings, encoder, self.tell)
        return self._bitexts[encoder]

    def answers(self, model: Classifier) -> Answers:
        """What the model says of every finding, in each view."""
        found = {}
        for i, (view, features) in enumerate(self._read(model).items()):
            self.tell(f"asking {model.name}", i, len(VIEWS))
            with threads():
                found[view] = model.probabilities(features)
        return found

    def _read(self, model: Classifier) -> dict[str, Any]:
        """The features of each view; one that was adapted reads as its base did."""
        by, read = self._last
        if by is not model.features:
            bitexts = self.bitexts(model.encoder)
            seen = {
                view: bitexts if view == "both" else [one_language(b, view) for b in bitexts]
                for view in VIEWS
            }
            read = {view: model.features.transform(of_view) for view, of_view in seen.items()}
            self._last = model.features, read
        return read

    def compare(self, before: Answers, after: Answers) -> dict[str, list[TaskChange]]:
        """By view, what changes from one model's answers to the other's."""
        return {view: compare(self.labels, before[view], after[view]) for view in VIEWS}


def objections(changes: dict[str, list[TaskChange]]) -> Iterator[str]:
    """What speaks against putting the new model in use; classes are judged with both languages."""
    for view, found in changes.items():
        for loss in losses(found, classes=view == "both"):
            yield _VIEW_NAMES[view] + loss
