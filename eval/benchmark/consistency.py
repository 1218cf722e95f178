"""The translation check against planted defects, on topics that no threshold was tuned on.

    python -m bifinding.eval.benchmark.consistency [--half tune|test|written|tuning|blind] [--show TYPE] [--docs PATH]

Some files of the written corpus are for measuring alone (``HELD_OUT``), the others for tuning; no
situation stands in both. Each clean pair gives one row with a planted defect, where it offers a
place for one, one row left as it is, and one rewritten in a way that changes nothing ("tricky"). A
warning or an error on a clean row is a false alarm. Beside ours stands the check "numbers" of
translate-toolkit, which compares the digits of two texts. "written" are the pairs of pairs.yaml, clean and
defective ones written by hand. "tuning" and "blind" are those of ten more writers, each in the style of an
auditor of another scheme and region, who saw neither corpus nor check: seven for setting the check right,
three for measuring alone.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

from ...corpus.dataset import rows
from ...corpus.labels import DEFECT_TYPES, Lang
from ...corpus.schema import Defect, Finding, Report, Source, Text
from ...corpus.stated import split_states
from ...nlp.consistency import CHECKS, check_report
from ...nlp.encoder import SentenceEncoder, encoder
from ...nlp.pipeline import Pipeline
from .check_docs import page
from .consistency_peers import numbers_differ
from .planting import PLANTERS, Row
from .rewriting import REWRITERS

HALVES = ("tune", "test", "written", "tuning", "blind")
AS_WRITTEN = "as written"
NUMBERS = {"number_mismatch", "percent_mismatch", "date_mismatch", "law_mismatch"}
# Checks of the report that read the texts of findings; the others read the report's tables.
OF_TEXTS = {
    "percentage",
    "sample_parts",
    "insured_total",
    "dates",
    "overtime",
    "status_facts",
    "cited_articles",
}
HELD_OUT = ("breadth4_",)  # files of findings that no threshold or weight has seen


def source(half: str) -> list[dict[str, Any]]:
    """The findings in both languages that are for tuning, or those for measuring."""
    return [
        row
        for row in rows()
        if row["question"] and row["en"] and row["zh"]
        if row["id"].startswith(HELD_OUT) == (half == "test")
    ]


def build(findings: Sequence[dict[str, Any]], seed: int = 7) -> list[Row]:
    """Rows made of findings: planted, clean and tricky clean ones."""
    rng = random.Random(seed)
    made: list[Row] = []
    planted: Counter[str] = Counter()
    for index, row in enumerate(findings):
        en, zh, question = row["en"], row["zh"], row["question"]
        made.append(Row(en, zh, question, None, AS_WRITTEN))
        made += _planted(en, zh, question, findings, index, planted, rng)
        for name in rng.sample(list(REWRITERS), len(REWRITERS)):
            if new := REWRITERS[name](en, zh, rng):
                made.append(Row(*new, question, None, name))
                break
    return made


def written() -> list[Row]:
    """The pairs that were written by hand."""
    text = files(__package__ or "").joinpath("pairs.yaml").read_text("utf-8")
    table = yaml.safe_load(text)
    rows = [Row(r["en"], r["zh"], "", None, r["how"]) for r in table["clean"]]
    return rows + [Row(r["en"], r["zh"], "", r["defect"], "planted") for r in table["planted"]]


def by_others(half: str) -> list[dict[str, Any]]:
    """The pairs of the other writers, "tuning" or "blind": en, zh, kind (clean, tricky, defect), and defect,
    its type."""
    text = files(__package__ or "").joinpath(f"{half}_pairs.jsonl").read_text("utf-8")
    return [json.loads(line) for line in text.splitlines()]


def benchmark(half: str) -> list[Row]:
    """The rows of one of the ``HALVES``."""
    if half == "written":
        return written()
    if half in ("tune", "test"):
        return build(source(half))
    how = {"clean": AS_WRITTEN, "tricky": "tricky", "defect": "planted"}
    pairs = by_others(half)
    return [Row(r["en"], r["zh"], "", r["defect"], how[r["kind"]]) for r in pairs]


def _planted(en, zh, question, findings, index, planted: Counter, rng) -> Iterator[Row]:
    """One planted row: of the type that has been planted least so far and finds a place here."""
    for name in sorted(["wrong_finding", *PLANTERS], key=lambda n: (planted[n], rng.random())):
        if name == "wrong_finding":
            new = (en, another(findings, index, rng))
        else:
            new = PLANTERS[name](en, zh, rng)
        if new and new != (en, zh):
            planted[name] += 1
            yield Row(*new, question, name, "planted")
            return


def another(findings, index: int, rng: random.Random) -> str:
    """The Chinese of another finding: of the same area half the time, never of the same situation."""
    here = findings[index]
    near = [
        r for r in findings if r["area"] == here["area"] and r["situation"] != here["situation"]
    ]
    far = [r for r in findings if r["area"] != here["area"]]
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
    findings = [finding(f"row#{i}", row.en, row.zh) for i, row in enumerate(made)]
    records = Pipeline(model or encoder()).pipe(findings, ["check"])
    return [Result(row, record.defects) for row, record in zip(made, records, strict=True)]


@dataclass(frozen=True)
class Score:
    """How a check did. ``claims`` are rows it reported on: planted ones and those left as written."""

    planted: int
    hits: int
    claims: int
    clean: float
    tricky: float

    @property
    def recall(self) -> float:
        return self.hits / max(self.planted, 1)

    @property
    def precision(self) -> float:
        return self.hits / max(self.claims, 1)

    @property
    def f1(self) -> float:
        return 2 * self.recall * self.precision / max(self.recall + self.precision, 1e-9)


def score(rows: Sequence[Row], said: Sequence[bool], types: Sequence[str] = DEFECT_TYPES) -> Score:
    """What ``said`` of each row is worth for finding defects of some types. Tricky rows, the clean ones
    that were rewritten, are counted apart."""
    planted = [told for row, told in zip(rows, said, strict=True) if row.defect in types]
    rest = [
        told for row, told in zip(rows, said, strict=True) if row.defect and row.defect not in types
    ]
    clean = [
        told
        for row, told in zip(rows, said, strict=True)
        if not row.defect and row.how == AS_WRITTEN
    ]
    tricky = [
        told
        for row, told in zip(rows, said, strict=True)
        if not row.defect and row.how != AS_WRITTEN
    ]
    claims = sum(planted) + sum(rest) + sum(clean)
    rates = (sum(part) / max(len(part), 1) for part in (clean, tricky))
    return Score(len(planted), sum(planted), claims, *rates)


def by_type(results: Sequence[Result]) -> dict[str, Score]:
    """The score of each defect type."""
    made = [r.row for r in results]
    return {name: score(made, [name in r.types for r in results], [name]) for name in DEFECT_TYPES}


def table(results: Sequence[Result]) -> str:
    """Recall, precision, F1 and false alarms, by type and in all, ours and translate-toolkit's."""
    made = [r.row for r in results]
    lines = [f"{'':20} planted  recall  precision     F1   clean  tricky"]
    lines += [_line(name, found) for name, found in by_type(results).items()]
    differ = numbers_differ()
    peer = [differ(row.en, row.zh) for row in made]
    lines += [
        _line("any defect", score(made, [bool(r.alarms) for r in results])),
        _line(
            "errors alone",
            score(made, [any(d.level == "error" for d in r.defects) for r in results]),
        ),
        _line("numbers, ours", score(made, [bool(r.types & NUMBERS) for r in results], [*NUMBERS])),
        _line("numbers, translate", score(made, peer, [*NUMBERS])),
    ]
    tricky = [r for r in results if not r.row.defect and r.row.how != AS_WRITTEN]
    for name in sorted({r.row.how for r in tricky}):
        mine = [r for r in tricky if r.row.how == name]
        alarms = sum(bool(r.alarms) for r in mine)
        lines.append(
            f"false alarms, {name:16} {alarms:4} of {len(mine):5}  {alarms / len(mine):6.1%}"
        )
    return "\n".join(lines)


def _line(name: str, s: Score) -> str:
    return f"{name:20} {s.planted:7}  {s.recall:6.3f}  {s.precision:9.3f}  {s.f1:5.3f}  {s.clean:6.2%}  {s.tricky:6.2%}"


def report_alarms(made: Sequence[Row]) -> dict[str, float]:
    """The share of clean findings on which each check of the report raises a warning or an error."""
    clean = [row for row in made if not row.defect and row.how == AS_WRITTEN]
    findings = [finding(f"row#{i}", row.en, row.zh) for i, row in enumerate(clean)]
    alarms: Counter[str] = Counter()
    for one, record in zip(findings, Pipeline(encoder()).pipe(findings, ["extract"]), strict=True):
        report = Report(file="benchmark", layout="table", findings=[one])
        issues = check_report(report, [record])
        alarms.update({issue.check for issue in issues if issue.level != "note"})
    return {name: alarms[name] / max(len(clean), 1) for name in CHECKS}


def docs(results: Sequence[Result]) -> str:
    """The page docs/checks.md."""
    made = [r.row for r in results]
    rates = report_alarms(made)
    reports = {
        name: ((check.__doc__ or "").strip(), rates[name] if name in OF_TEXTS else None)
        for name, check in CHECKS.items()
    }
    defects = {
        name: (found.precision, found.recall, found.clean, found.tricky)
        for name, found in by_type(results).items()
    }
    clean = sum(row.how == AS_WRITTEN for row in made)
    tricky = sum(not row.defect for row in made) - clean
    return page(defects, reports, clean, tricky)


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="planted translation defects")
    parser.add_argument("--half", choices=HALVES, default="test")
    parser.add_argument(
        "--show", metavar="TYPE", help="list misses of a type, or 'clean' false alarms"
    )
    parser.add_argument("--docs", type=Path, metavar="PATH", help="write the page on the checks")
    options = parser.parse_args(arguments)
    results = run(benchmark(options.half))
    print(table(results))
    if options.docs:
        options.docs.write_text(docs(results), encoding="utf-8")
    for r in results:
        wrong = bool(r.alarms) if not r.row.defect else r.row.defect not in r.types
        if options.show == (r.row.defect or "clean") and wrong:
            print(f"\n[{r.row.how}] {r.row.en}\n  {r.row.zh}")
            for d in r.defects:
                print(f"  {d.level} {d.type} {d.confidence}: {d.message}")


if __name__ == "__main__":
    main(sys.argv[1:])
