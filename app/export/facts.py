"""The facts of many reports counted: which laws are cited, how often, with which articles.

A fact that both languages of a finding state counts once.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from jinja2 import Environment

from ...corpus.catalogue import laws
from ...corpus.labels import AREAS, ENTITY_LABELS
from ...corpus.schema import AnalysedReport, Analysis, Entity
from ...nlp.entities import article_notes
from .wording import name, plural, value_text


@dataclass
class LawCount:
    """How often a law is cited: in findings, in files, by article (with what it is about)."""

    name: str
    name_zh: str | None
    id: str | None
    findings: int = 0
    files: set[str] = field(default_factory=set)
    articles: Counter[str] = field(default_factory=Counter)
    areas: Counter[str] = field(default_factory=Counter)

    def article_rows(self) -> list[tuple[str, int, str, list[str]]]:
        """Article, count, topic, notes; the most cited first."""
        law = laws().get(self.id or "")
        return [
            (
                article,
                count,
                law.topics.get(article, ("",))[0] if law else "",
                [
                    f"if of the earlier edition, now article {note.article}"
                    if note.kind == "renumbered"
                    else note.message
                    for note in article_notes(self.id or "", article)
                ],
            )
            for article, count in sorted(
                self.articles.items(), key=lambda item: (-item[1], _order(item[0]))
            )
        ]


@dataclass
class Counts:
    """Reports, findings and facts by label; laws; the values stated most often of each label."""

    files: int = 0
    findings: int = 0
    labels: Counter[str] = field(default_factory=Counter)
    partial: int = 0
    laws: dict[str, LawCount] = field(default_factory=dict)
    values: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def law_rows(self) -> list[LawCount]:
        return sorted(self.laws.values(), key=lambda law: (-law.findings, law.name))


def facts_of(record: Analysis) -> Iterator[Entity]:
    """A finding's facts, each once: those of the English and those that only the Chinese states."""
    yield from record.entities["en"]
    yield from (entity for entity in record.entities["zh"] if entity.link is None)


def count(reports: Iterable[AnalysedReport]) -> Counts:
    counts = Counts()
    for analysed in reports:
        counts.files += 1
        for record in analysed.findings:
            counts.findings += 1
            cited: dict[str, set[str]] = {}
            for fact in facts_of(record):
                counts.labels[fact.label] += 1
                counts.partial += fact.partial is not None
                if fact.label != "LAW_ARTICLE":
                    counts.values[fact.label][value_text(fact)] += 1
                elif fact.value.get("law"):
                    key = fact.value.get("id") or fact.value["law"]
                    cited.setdefault(key, set()).update(fact.value["articles"])
                    counts.laws.setdefault(key, _law(fact))
            for key, articles in cited.items():
                law = counts.laws[key]
                law.findings += 1
                law.files.add(record.source.file)
                law.articles.update(articles)
                if area := record.given.area or (record.area and record.area.label):
                    law.areas[area] += 1
    return counts


def _law(fact: Entity) -> LawCount:
    law = laws().get(fact.value.get("id", ""))
    if law:
        return LawCount(law.names_en[0], law.names_zh[0], law.id)
    return LawCount(fact.value["law"], None, fact.value.get("id"))


def _order(article: str) -> list[tuple[int, str]]:
    return [(int(part) if part.isdigit() else 0, part) for part in article.split(".")]


def write_facts(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """Writes the counts as one self-contained page, in UTF-8."""
    here = Path(__file__).parent
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"name": name, "plural": plural}
    template = environment.from_string((here / "facts.html").read_text(encoding="utf-8"))
    counts = count(reports)
    page = template.render(
        counts=counts,
        css=(here / "report.css").read_text(encoding="utf-8"),
        labels=[label for label in ENTITY_LABELS if counts.labels[label]],
        areas=_sorted_areas,
    )
    stream.write(page.encode("utf-8", "replace"))


def _sorted_areas(areas: Counter[str]) -> Sequence[str]:
    return [area for area in AREAS if areas[area]]
