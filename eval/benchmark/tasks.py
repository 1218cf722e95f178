"""The tasks of the benchmark: what every system is given, and how its answers are scored."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from ...corpus.dataset import rows
from ...corpus.labels import LANGS
from ...corpus.tasks import LABELS
from ..facts import gold as gold_facts
from ..facts import scores as fact_scores
from .alignment import Beads, load, score
from .facts import Case, cases, form, passed
from .facts_peers import Fact
from .systems import NUMBERS, SYSTEMS, System

KINDS = ("classification", "facts", "alignment", "consistency", "speed")
_TESTS = Path(__file__).parents[2] / "tests" / "nlp"
_SHORT = ("The fire drill was late.", "消防演习延迟。")
_QUICK = 40  # items of a task, instead of all
_PAIRS = 1500  # of the consistency task: each is a whole finding
_LENGTHS = range(300, 501)  # English characters of the findings that speed is measured on
_LINES = 400  # of those


@dataclass(frozen=True)
class Task:
    """Items for every system and the score of its answers; what is to be learned first, if anything.

    ``first`` is a short item, by which a system shows that it has started; ``count`` is what "a second"
    counts of all items, in ``unit``.
    """

    name: str
    measure: str
    unit: str
    first: Any
    items: Sequence[Any]
    count: int
    score: Callable[[list[Any]], float] | None = None
    train: tuple[Sequence[Any], Sequence[Any]] | None = None

    @property
    def systems(self) -> tuple[System, ...]:
        return SYSTEMS[self.name]


def tasks(
    only: str | None = None, quick: bool = False, mac: Path | None = None, specs: Path | None = None
) -> Iterator[Task]:
    """The tasks of one kind, or all. ``mac`` and ``specs`` are clones of public gold data, whose tasks
    are left out without them."""
    most = _QUICK if quick else None
    if only in (None, "facts"):
        for lang, name in zip(LANGS, ("facts, English", "facts, Chinese"), strict=True):
            yield facts(name, lang, most)
        if specs:
            yield specifications(specs, most)
    if only in (None, "alignment"):
        yield alignment(most)
        if mac:
            yield novels(mac, quick)
    if only in (None, "consistency"):
        yield consistency(most or _PAIRS)
    if only in (None, "speed"):
        yield speed(most or _LINES)
    if only in (None, "classification"):  # the last, for it takes the longest
        yield classification(quick)


def classification(quick: bool = False) -> Task:
    """The written corpus: situations that training never saw."""
    parts: dict[str, list[tuple[tuple[str, str], int]]] = {"train": [], "test": []}
    for row in rows():
        if row["area"]:
            pair = (row["en"] or "", row["zh"] or "")
            parts[row["split"]].append((pair, LABELS["area"].index(row["area"])))
    if quick:
        chance = random.Random(0)
        parts = {
            "train": chance.sample(parts["train"], 10 * _QUICK),
            "test": chance.sample(parts["test"], _QUICK),
        }
    (known, labels), (asked, wanted) = (zip(*part, strict=True) for part in parts.values())
    return Task(
        "classification",
        "accuracy of the area",
        "findings",
        _SHORT,
        asked,
        len(asked),
        lambda answers: _share(a == b for a, b in zip(answers, wanted, strict=True)),
        (known, labels),
    )


def facts(name: str, lang: str, most: int | None) -> Task:
    """Annotated audit sentences; of their facts those that the peers read, too."""
    texts = list(gold_facts(_TESTS / "gold" / f"facts_{lang}.jsonl", "test"))[:most]
    gold = [
        [f for *_, label, key in row if (f := form(label, json.loads(key)))] for _, row in texts
    ]

    def f1(answers: list[list[Fact]]) -> float:
        return fact_scores(zip(gold, answers, strict=True))["all"]["f1"]

    items = [(lang, text) for text, _ in texts]
    return Task(name, "F1 of sums, dates, durations", "sentences", items[0], items, len(items), f1)


def specifications(path: Path, most: int | None) -> Task:
    """The cases of Recognizers-Text that concern audits: the peer's own tests."""
    chosen: list[Case] = list(cases(path))
    if most:
        chosen = random.Random(0).sample(chosen, most)
    return Task(
        "facts, specifications",
        "cases passed",
        "cases",
        chosen[0],
        chosen,
        len(chosen),
        lambda answers: _share(passed(a, c.expected) for a, c in zip(answers, chosen, strict=True)),
    )


def alignment(most: int | None) -> Task:
    """Findings whose beads were set by hand."""
    found = yaml.safe_load((_TESTS / "cases" / "alignment.yaml").read_text(encoding="utf-8"))
    return _aligned("alignment, findings", [_sentences(case) for case in found[:most]])


def novels(path: Path, quick: bool) -> Task:
    """Every third test chapter of MAC. (``alignment`` takes all of them.)"""
    chapters = load(path, "test")[:: 1000 if quick else 3]
    return _aligned("alignment, MAC", [(c.en, c.zh, c.gold) for c in chapters])


def _aligned(name: str, texts: Sequence[tuple[list[str], list[str], Beads]]) -> Task:
    golds = [gold for *_, gold in texts]
    return Task(
        name,
        "strict F1",
        "sentences",
        ([_SHORT[0]], [_SHORT[1]]),
        [(en, zh) for en, zh, _ in texts],
        sum(len(en) + len(zh) for en, zh, _ in texts),
        lambda answers: score(zip(golds, answers, strict=True)).f1[0],
    )


def _sentences(case: dict[str, Any]) -> tuple[list[str], list[str], Beads]:
    """The sentences of a hand-made finding, each in the order of its language, and the gold beads."""
    from ...nlp.sentences import split_sentences

    halves = case["beads"]
    order = case.get("order", range(len(halves)))
    sides: list[list[str]] = [[], []]
    at: list[dict[int, tuple[int, ...]]] = [{}, {}]
    for side, sequence in ((0, range(len(halves))), (1, order)):
        for k in sequence:
            text = halves[k][side]
            first = len(sides[side])
            sides[side] += [text[a:b].strip() for a, b in split_sentences(text)]
            at[side][k] = tuple(range(first, len(sides[side])))
    return sides[0], sides[1], [(at[0][k], at[1][k]) for k in range(len(halves))]


def consistency(most: int) -> Task:
    """Pairs with a number, a percentage or a date changed, among clean ones as written and rewritten.
    Other planted defects are not a check of numbers' to find."""
    from .consistency import build, source

    made = [row for row in build(source("test")) if row.defect is None or row.defect in NUMBERS]
    made = random.Random(0).sample(made, most)

    def f1(answers: list[bool]) -> float:
        hits = sum(said and row.defect is not None for said, row in zip(answers, made, strict=True))
        planted = sum(row.defect is not None for row in made)
        return 2 * hits / max(planted + sum(answers), 1)

    items = [(row.en, row.zh) for row in made]
    return Task("consistency", "F1 of changed numbers", "pairs", _SHORT, items, len(items), f1)


def speed(most: int) -> Task:
    """Findings of usual length, to records."""
    long = [(row["en"], row["zh"]) for row in rows() if len(row["en"] or "") in _LENGTHS]
    items = random.Random(0).sample([pair for pair in long if pair[1]], most)
    return Task("speed", "", "findings", _SHORT, items, len(items))


def _share(right: Iterable[bool]) -> float:
    told = list(right)
    return sum(told) / max(len(told), 1)
