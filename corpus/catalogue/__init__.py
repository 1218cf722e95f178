"""What the project knows by heart: areas, questions, laws and the glossary, from the YAML files here.

Each table loads once, on first use. Facts are edited in the YAML; this module only gives them types.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..labels import Area

# libyaml reads the law table in a tenth of the time; a build of PyYAML without it still works.
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class AreaInfo:
    """A performance area; ``names_en`` and ``names_zh`` list the current name first."""

    code: Area
    names_en: tuple[str, ...]
    names_zh: tuple[str, ...]
    scope_en: str
    scope_zh: str
    topics: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Question:
    """An audit question; ``crucial`` is None where the sources disagree."""

    number: str
    area: Area
    topic_en: str
    topic_zh: str
    crucial: bool | None


@dataclass(frozen=True, slots=True)
class Law:
    """A law, regulation, rule or standard.

    ``articles`` counts the articles of the edition in force (None where unknown), ``topics`` maps an
    article to (English topic, Chinese topic, area), ``renumbered`` is as the YAML file has it.
    """

    id: str
    kind: str
    names_en: tuple[str, ...]
    names_zh: tuple[str, ...]
    in_force: tuple[int, ...]
    articles: int | None
    areas: tuple[Area, ...]
    topics: dict[str, tuple[str, str, Area]] = field(default_factory=dict)
    renumbered: tuple[dict[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class Term:
    """Words of both languages that render each other, the preferred ones first."""

    group: str
    en: tuple[str, ...]
    zh: tuple[str, ...]
    area: str


def _rows(name: str) -> list[dict[str, Any]]:
    text = (Path(__file__).parent / f"{name}.yaml").read_text(encoding="utf-8")
    return yaml.load(text, Loader=_Loader)[name if name != "glossary" else "terms"]


def _unique(*names: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


@cache
def areas() -> dict[str, AreaInfo]:
    """The 13 performance areas by code, in order."""
    return {
        row["code"]: AreaInfo(
            code=row["code"],
            names_en=_unique(row["name_en"], *row.get("older_en", ())),
            names_zh=_unique(row["name_zh"], *row.get("variants_zh", ())),
            scope_en=row["scope_en"],
            scope_zh=row["scope_zh"],
            topics=tuple((t["en"], t["zh"]) for t in row["topics"] + row.get("more_topics", [])),
        )
        for row in _rows("areas")
    }


@cache
def questions() -> dict[str, Question]:
    """The 81 audit questions by number, in order."""
    return {
        row["number"]: Question(
            number=row["number"],
            area=row["area"],
            topic_en=row["topic_en"],
            topic_zh=row["topic_zh"],
            crucial=None if row["crucial"] == "unknown" else row["crucial"],
        )
        for row in _rows("questions")
    }


@cache
def laws() -> dict[str, Law]:
    """The laws and standards by id."""
    return {
        row["id"]: Law(
            id=row["id"],
            kind=row["kind"],
            names_en=_unique(row["canonical_en"], *row.get("aliases_en", ())),
            names_zh=_unique(row["canonical_zh"], *row.get("aliases_zh", ())),
            in_force=tuple(row.get("in_force", ())),
            articles=row.get("articles"),
            areas=tuple(row.get("areas", ())),
            topics={
                str(t["article"]): (t["en"], t["zh"], t["area"])
                for t in row.get("cited_articles", []) + row.get("also_cited", [])
            },
            renumbered=tuple(row.get("renumbered", ())),
        )
        for row in _rows("laws")
    }


@cache
def glossary() -> tuple[Term, ...]:
    """The bilingual audit terms."""
    return tuple(
        Term(group=row["group"], en=tuple(row["en"]), zh=tuple(row["zh"]), area=row["area"])
        for row in _rows("glossary")
    )
