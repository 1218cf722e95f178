"""The translation check against planted defects, on topics that no threshold was tuned on.

    python -m bifinding.eval.benchmark.consistency [--half tune|test] [--show TYPE]

Half of the audit questions of the written corpus are for tuning, the other half for measuring. Each
clean pair gives one row with a planted defect, where it offers a place for one, one row left as it
is, and one rewritten in a way that changes nothing ("tricky"). A warning or an error on a clean row
is a false alarm.
"""

from __future__ import annotations

import argparse
import hashlib
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ...corpus.dataset import rows
from ...corpus.labels import DEFECT_TYPES, Lang
from ...corpus.schema import Defect, Finding, Source, Text
from ...corpus.stated import split_states
from ...nlp.consistency import check_pair
from ...nlp.encoder import SentenceEncoder, encoder
from ...nlp.pipeline import Pipeline
from .planting import PLANTERS, Row
from .rewriting import REWRITERS

HALVES = ("tune", "test")


def half_of(question: str) -> str:
    """Which half of the questions a question belongs to, for ever."""
    return HALVES[hashlib.sha256(question.encode()).digest()[0] % 2]


def build(half: str, seed: int = 7) -> list[Row]:
    """The rows of one half: planted, clean and tricky clean ones."""
    source = [
        r
        for r in rows()
        if r["question"] and r["en"] and r["zh"] and half_of(r["question"]) == half
    ]
    rng = random.Random(seed)
    made: list[Row] = []
    planted: Counter[str] = Counter()
    for index, row in enumerate(source):
        en, zh, question = row["en"], row["zh"], row["question"]
        made.append(Row(en, zh, question, None, "as written"))
        made += _planted(en, zh, question, source, index, planted, rng)
        for name in rng.sample(list(REWRITERS), len(REWRITERS)):
            if new := REWRITERS[name](en, zh, rng):
                made.append(Row(*new, question, None, name))
                break
    return made


def _planted(en, zh, question, source, index, planted: Counter, rng) -> Iterator[Row]:
    """One planted row: of the type that has been planted least so far and finds a place here."""
    for name in sorted(["wrong_finding", *PLANTERS], key=lambda n: (planted[n], rng.random())):
        if name == "wrong_finding":
            new = (en, another(source, index, rng))
        else:
            new = PLANTERS[name](en, zh, rng)
        if new and new != (en, zh):
            planted[name] += 1
            yield Row(*new, question, name, "planted")
            return


def another(source, index: int, rng: random.Random) -> str:
    """The Chinese of another finding: of the same area half the time, never of the same situation."""
    here = source[index]
    near = [r for r in source if r["area"] == here["area"] and r["situation"] != here["situation"]]
    far = [r for r in source if r["area"] != here["area"]]
    return rng.choice(near if near and (rng.random() < 0.5 or not far) else far)["zh"]


def finding(name: str, en: str, zh: str) -> Finding:
    """A finding with both cells, of which one may be empty."""
    texts: dict[Lang, Text] = {"en": split_states(en, "en"), "zh": split_states(zh, "zh")}
    return Finding(id=name, source=Source(file="benchmark"), texts=texts)


@dataclass
class Result:
    """What the check said of one row."""

    row: Row
    defects: list[Defect]

    @property
    def alarms(self) -> list[Defect]:
        return [d for d in self.defects if d.level != "note"]

    @property
    def types(self) -> set[str]:
        return {d.type for d in self.alarms}


def run(made: Sequence[Row], model: SentenceEncoder | None = None) -> list[Result]:
    """Checks every row."""
    model = model or encoder()
    pipeline = Pipeline(model)
    findings = [finding(f"row#{i}", row.en, row.zh) for i, row in enumerate(made)]
    results: list[Result] = []
    for first in range(0, len(made), 64):
        bitexts = pipeline.process(findings[first : first + 64], ["check"])
        for row, bitext in zip(made[first:], bitexts, strict=False):
            results.append(Result(row, check_pair(bitext, model.encode)))
    return results


def table(results: Sequence[Result]) -> str:
    """Precision, recall and F1 by type and for detection, and false alarms, as text."""
    lines = [f"{'type':20} planted  recall  precision  F1     errors"]
    clean = [r for r in results if not r.row.defect]
    bad = [r for r in results if r.row.defect]
    for name in DEFECT_TYPES:
        mine = [r for r in bad if r.row.defect == name]
        hits = sum(name in r.types for r in mine)
        claims = sum(name in r.types for r in results)
        errors = sum(any(d.type == name and d.level == "error" for d in r.alarms) for r in mine)
        lines.append(_line(name, len(mine), hits, claims, errors))
    hits = sum(bool(r.alarms) for r in bad)
    claims = hits + sum(bool(r.alarms) for r in clean)
    lines.append(_line("any defect", len(bad), hits, claims, 0))
    for name in dict.fromkeys(r.row.how for r in clean):
        mine = [r for r in clean if r.row.how == name]
        alarms = sum(bool(r.alarms) for r in mine)
        lines.append(
            f"false alarms, {name:16} {alarms:4} of {len(mine):5}  {alarms / len(mine):6.1%}"
        )
    return "\n".join(lines)


def _line(name: str, planted: int, hits: int, claims: int, errors: int) -> str:
    recall, precision = hits / max(planted, 1), hits / max(claims, 1)
    f1 = 2 * recall * precision / max(recall + precision, 1e-9)
    return f"{name:20} {planted:7}  {recall:6.3f}  {precision:9.3f}  {f1:5.3f}  {errors:5}"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="planted translation defects")
    parser.add_argument("--half", choices=HALVES, default="test")
    parser.add_argument(
        "--show", metavar="TYPE", help="list misses of a type, or 'clean' false alarms"
    )
    options = parser.parse_args(arguments)
    results = run(build(options.half))
    print(table(results))
    for r in results:
        wrong = bool(r.alarms) if not r.row.defect else r.row.defect not in r.types
        if options.show == (r.row.defect or "clean") and wrong:
            print(f"\n[{r.row.how}] {r.row.en}\n  {r.row.zh}")
            for d in r.defects:
                print(f"  {d.level} {d.type} {d.confidence}: {d.message}")


if __name__ == "__main__":
    main(sys.argv[1:])
