"""The second reader: a small transformer that is asked about what the linear model is not sure of.

Its six layers are the lower half of multilingual-e5-small (Wang et al. 2024; see NOTICE), fine-tuned on the
corpus (``training/reader.yaml``) and packed by ``training/reader.py``. It errs elsewhere than the linear
model does, so that both together name more labels right than either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from ..nlp.bitext import Bitext, Side
from ..nlp.packed import PackedTransformer
from .heads import Head, distribution, passage, softmax

FILE = Path(__file__).parent / "reader.onnx"
_SHARE = 0.6  # in what is said of a finding: the best for those that neither had learned from
_LEAST = 1e-4  # probability: no opinion is so strong that no other can be formed


class Reader:
    """The network's outputs are the scores of the tasks; those of the two languages are averaged."""

    def __init__(self, network: PackedTransformer):
        self.network, about = network, network.about
        self._around = str(about["prefix"]), str(about["earlier"])
        self.labels = {task: tuple(said["labels"]) for task, said in about["heads"].items()}
        self._scales = [
            (float(said["temperature"]), bool(said["ordinal"])) for said in about["heads"].values()
        ]
        self._of_nothing = [
            np.zeros(len(labels) - ordinal, np.float32)
            for labels, (_, ordinal) in zip(self.labels.values(), self._scales, strict=True)
        ]

    def weigh(
        self, p: Mapping[str, np.ndarray], bitexts: Sequence[Bitext]
    ) -> dict[str, np.ndarray]:
        """Another's probabilities by task, shape (len(bitexts), labels), with this reader's opinion."""
        mine = self.probabilities(bitexts)
        weighed = dict(p)
        for task, said in mine.items():
            logs = (1 - _SHARE) * np.log(np.maximum(p[task], 1e-9)) + _SHARE * np.log(said)
            weighed[task] = softmax(logs)
        return weighed

    def worth(self, heads: Mapping[str, Head], bitexts: Sequence[Bitext]) -> dict[str, np.ndarray]:
        """By task what would have to be added to the heads' scores to say as much as this opinion does
        beside them, shape (len(bitexts), columns of the scores)."""
        found = {}
        for task, p in self.probabilities(bitexts).items():
            scores = np.log(p)
            if heads[task].ordinal:
                above = np.clip(1 - np.cumsum(p, axis=1)[:, :-1], 1e-6, 1 - 1e-6)
                scores = np.log(above / (1 - above))
            found[task] = scores * (_SHARE / (1 - _SHARE) * heads[task].temperature)
        return found

    def probabilities(self, bitexts: Sequence[Bitext]) -> dict[str, np.ndarray]:
        """By task, shape (len(bitexts), labels), none of them near 0."""
        self._read([side for b in bitexts for side in (b.en, b.zh)])
        found: list[list[np.ndarray]] = [[] for _ in self.labels]
        for bitext in bitexts:
            read = [side.memo["read"] for side in (bitext.en, bitext.zh)]
            read = [scores for scores in read if scores] or [self._of_nothing]
            for task, of_task in enumerate(found):
                of_task.append(np.mean([scores[task] for scores in read], axis=0))
        return {
            task: np.maximum(distribution(np.stack(scores), *scale), _LEAST)
            for task, scores, scale in zip(self.labels, found, self._scales, strict=True)
        }

    def _read(self, sides: Sequence[Side]) -> None:
        """Notes the scores of each side that has not been read yet; none where nothing is to be read."""
        unread: dict[str, list[Side]] = {}
        for side in sides:
            if "read" not in side.memo:
                unread.setdefault(passage(side, *self._around), []).append(side)
        texts = [text for text in unread if text]
        found = dict(zip(texts, self.network.read(texts), strict=True))
        for text, same in unread.items():
            for side in same:
                side.memo["read"] = found.get(text)


@cache
def reader() -> Reader:
    """The one that is shipped, one for the process. Raises InputError where its file is damaged."""
    return Reader(PackedTransformer(FILE))
