"""The review page: one HTML file that holds everything it shows and asks the network for nothing.

This module decides what is shown; how it looks and behaves is in ``report.html``, ``report.css`` and
``report.js``. Whatever comes from a report goes through escaping, and a content security policy lets
no script run but ours.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import IO, Any

from jinja2 import Environment
from markupsafe import Markup

from ...corpus.catalogue import areas, questions
from ...corpus.labels import (
    AREAS,
    DEFECT_TYPES,
    ENTITY_LABELS,
    LANGS,
    LEVELS,
    SEVERITIES,
    STATUSES,
    Lang,
)
from ...corpus.schema import AnalysedReport, Analysis, Defect, Entity, Prediction, Text
from .markup import Mark, marked

TASKS = ("area", "question", "status", "severity")
KEY_METRICS = 5  # a report prints its key metrics before the others
_FACETS = {
    "area": (*AREAS, "no_finding"),
    "status": STATUSES,
    "severity": tuple(reversed(SEVERITIES)),
    "level": (*LEVELS, "consistent"),
    "defect": DEFECT_TYPES,
    "review": ("review",),
}
_CAPTIONS = {"level": "Defects", "defect": "Type of defect", "review": "Review"}
_NAMES = {
    "LAW_ARTICLE": "Law",
    "HEADCOUNT": "People",
    "omission_en": "Omission in English",
    "omission_zh": "Omission in Chinese",
    "no_finding": "No audit finding",
    "consistent": "None",
    "review": "Needs review",
}
_BOUNDS = {"at_most": "≤ ", "at_least": "≥ ", "more_than": "> ", "less_than": "< ", "about": "≈ "}


def write_html(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """Writes the reports as one self-contained page, in UTF-8."""
    views = []
    first = 1
    for number, analysed in enumerate(reports, 1):
        views.append(ReportView.of(analysed, number, first))
        first += len(analysed.findings)
    style, script = _asset("report.css"), _asset("report.js")
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"name": name, "percent": percent, "plural": plural, "number": number_text}
    template = environment.from_string(_asset("report.html"))
    template.stream(
        reports=views,
        facets=facets([finding for view in views for finding in view.findings]),
        entity_labels=[
            label
            for label in ENTITY_LABELS
            if any(fact.label == label for v in views for f in v.findings for fact in f.facts)
        ],
        models=sorted({f.record.model for v in views for f in v.findings if f.record.model}),
        style=Markup(style),
        script=Markup(script),
        key_metrics=KEY_METRICS,
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    ).dump(stream, encoding="utf-8", errors="replace")


def _asset(file: str) -> str:
    return files(__package__).joinpath(file).read_text(encoding="utf-8")


# --- words for people ----------------------------------------------------------------------------


def name(label: str) -> str:
    """A label as people say it: "PA6 Decent Working Hours", "Not corrected"."""
    if label in areas():
        return f"{label} {areas()[label].names_en[0]}"
    if label in questions():
        return f"{label} {questions()[label].topic_en}"
    return _NAMES.get(label) or label.replace("_", " ").lower().capitalize()


def percent(probability: float) -> str:
    """A probability without false certainty: "98 %", never "100 %"."""
    return ">99 %" if probability > 0.99 else f"{probability:.0%}".replace("%", " %")


def plural(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def number_text(value: Any) -> str:
    """1234.5 as "1,234.5"; text as it is."""
    return f"{value:,.10g}" if isinstance(value, int | float) else str(value)


def value_text(entity: Entity) -> str:
    """An entity's value in words: "≥ 48 hours per week", "Labour Law, art. 41"."""
    value = entity.value
    if "law" in value:
        articles = ", ".join(map(str, value.get("articles") or ()))
        return f"{value['law'] or entity.text}{', art. ' if articles else ''}{articles}"
    if "part" in value:
        return f"{number_text(value['part'])} of {number_text(value['whole'])}"
    if "value" not in value:
        return entity.text
    text = number_text(value["value"])
    if "upper" in value:
        text += f" – {number_text(value['upper'])}"
    if entity.label == "PERCENT":
        text += " %"
    elif entity.label == "HEADCOUNT":
        text += " people"
    elif entity.label == "MONEY":
        text = f"{value.get('currency') or ''} {text}".strip()
    elif value.get("unit"):
        text += f" {value['unit']}" if value["value"] == 1 and "upper" not in value else f" {value['unit']}s"
    if value.get("per"):
        text += f" per {value['per']}"
    return _BOUNDS.get(value.get("bound", ""), "") + text


# --- what the template shows ---------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Label:
    """One label of a finding: ``label`` is what the model says (or, without a model, the report).

    ``given`` is what the report says where that is something else; ``words`` are the (lang, text)
    that drove the prediction.
    """

    task: str
    label: str
    probability: float | None
    given: str | None
    others: list[tuple[str, float]]
    words: list[tuple[Lang, str]]

    @classmethod
    def of(cls, record: Analysis, task: str) -> Label | None:
        prediction: Prediction | None = getattr(record, task)
        given = getattr(record.given, task)
        if prediction is None or prediction.label is None:
            return cls(task, given, None, None, [], []) if given and prediction is None else None
        words = [(e.lang, (getattr(record, e.lang) or "")[e.start : e.end]) for e in prediction.evidence]
        return cls(
            task,
            prediction.label,
            prediction.probability,
            given if given != prediction.label else None,
            prediction.alternatives,
            list(dict.fromkeys(words)),
        )


@dataclass(slots=True)
class Fact:
    """One fact of a finding with the places that state it in each language."""

    key: str
    label: str
    en: list[Entity]
    zh: list[Entity]

    @property
    def value(self) -> str:
        return " / ".join(dict.fromkeys(map(value_text, self.en + self.zh)))

    @property
    def partial(self) -> str | None:
        return next((entity.partial for entity in self.en + self.zh if entity.partial), None)


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding as the page shows it; ``states`` holds a row (state, {lang: HTML}) a state."""

    id: str
    name: str
    record: Analysis
    none: Prediction | None
    labels: list[Label]
    facts: list[Fact]
    defects: list[Defect]
    states: list[tuple[str, dict[Lang, Markup]]]
    facets: dict[str, list[str]]

    @classmethod
    def of(cls, record: Analysis, texts: dict[Lang, Text], number: int) -> FindingView:
        id_ = f"f{number}"
        none = record.area if record.area and record.area.label is None else None
        labels = [] if none else [label for task in TASKS if (label := Label.of(record, task))]
        defects = sorted(record.defects, key=lambda d: LEVELS.index(d.level))
        facts, keys = _facts(record)
        states: dict[str, dict[Lang, Markup]] = {"previous": {}, "current": {}}
        for lang in LANGS:
            text = getattr(record, lang) or ""
            marks = _marks(record, lang, keys[lang], defects, id_)
            cut = _cut(texts.get(lang))
            states["previous"][lang] = marked(text, marks, 0, cut) if cut else Markup("")
            states["current"][lang] = marked(text, marks, cut)
        stated = {label.task: [label.label, *filter(None, [label.given])] for label in labels}
        return cls(
            id=id_,
            name=record.id.rpartition("#")[2] or record.id,
            record=record,
            none=none,
            labels=labels,
            facts=facts,
            defects=defects,
            states=[(s, cells) for s, cells in states.items() if s == "current" or any(cells.values())],
            facets={
                "area": ["no_finding"] if none else stated.get("area", []),
                "status": stated.get("status", []),
                "severity": stated.get("severity", []),
                "level": sorted({defect.level for defect in defects}) or ["consistent"],
                "defect": sorted({defect.type for defect in defects}),
                "review": ["review"] if record.review else [],
            },
        )


@dataclass(frozen=True, slots=True)
class ReportView:
    """A report as the page shows it; ``langs`` are those that any of its findings is written in."""

    id: str
    name: str
    analysed: AnalysedReport
    findings: list[FindingView]
    langs: list[Lang]
    counts: Counter[str]

    @classmethod
    def of(cls, analysed: AnalysedReport, number: int, first: int) -> ReportView:
        report = analysed.report
        texts = {(f.id, f.en, f.zh): f.texts for f in report.findings}
        views = [
            FindingView.of(record, texts.get((record.id, record.en, record.zh), {}), place)
            for place, record in enumerate(analysed.findings, first)
        ]
        counts = Counter(defect.level for view in views for defect in view.defects)
        counts.update(issue.level for issue in analysed.issues)
        counts["review"] = sum(view.record.review for view in views)
        counts.update(area for view in views for area in view.facets["area"])
        return cls(
            id=f"r{number}",
            name=report.header.get("Monitored Party")
            or next((site.name for site in report.sites if site.name), None)
            or report.file,
            analysed=analysed,
            findings=views,
            langs=[lang for lang in LANGS if any(getattr(view.record, lang) for view in views)],
            counts=counts,
        )


def facets(findings: Sequence[FindingView]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """What to filter by: (name, caption, [(value, number of findings)]) where there is a choice."""
    shown = []
    for facet, order in _FACETS.items():
        counts = Counter(value for finding in findings for value in finding.facets[facet])
        values = [(value, counts[value]) for value in order if counts[value]]
        if values:
            shown.append((facet, _CAPTIONS.get(facet, facet.capitalize()), values))
    return shown


def _cut(text: Text | None) -> int:
    """Where the previous state ends and the current one begins; 0 where nothing divides them."""
    if text is None or text.previous is None or text.previous[1] > text.current[0]:
        return 0
    return text.current[0]


def _facts(record: Analysis) -> tuple[list[Fact], dict[Lang, list[str]]]:
    """The facts, linked entities together, and for each language the key of each entity's fact."""
    back = {z.link: f"z{j}" for j, z in reversed(list(enumerate(record.entities["zh"]))) if z.link is not None}
    keys: dict[Lang, list[str]] = {
        "en": [
            back.get(i, f"e{i}") if e.link is None else f"z{e.link}"
            for i, e in enumerate(record.entities["en"])
        ],
        "zh": [f"z{j}" for j in range(len(record.entities["zh"]))],
    }
    facts: dict[str, Fact] = {}
    for lang in LANGS:
        for key, entity in zip(keys[lang], record.entities[lang], strict=True):
            fact = facts.setdefault(key, Fact(key, entity.label, [], []))
            getattr(fact, lang).append(entity)
    return list(facts.values()), keys


def _marks(
    record: Analysis, lang: Lang, keys: list[str], defects: list[Defect], id_: str
) -> list[Mark]:
    """All that is marked in one text. Marks with one ``data-g`` light up together."""
    marks = []
    beads = {i: n for n, bead in enumerate(record.alignment) for i in getattr(bead, lang)}
    for i, (start, end) in enumerate(record.sentences[lang]):
        if i in beads:
            marks.append(Mark(start, end, "span", 0, {"data-g": f"s{beads[i]}"}))
    for n, defect in enumerate(defects, 1):
        if span := getattr(defect, lang):
            attrs = {"class": defect.level, "data-g": f"d{n}", "title": defect.message}
            once = {"id": f"{id_}-d{n}-{lang}", "data-n": str(n)}
            marks.append(Mark(span.start, span.end, "u", 1, attrs, once))
    for key, entity in zip(keys, record.entities[lang], strict=True):
        title = f"{name(entity.label)}: {value_text(entity)}"
        if entity.partial:
            title += f" ({entity.partial})"
        attrs = {"class": entity.label, "data-g": key, "title": title}
        marks.append(Mark(entity.start, entity.end, "b", 2, attrs))
    for rank, task in enumerate(TASKS, 3):
        prediction = getattr(record, task)
        for evidence in prediction.evidence if prediction and prediction.label else ():
            if evidence.lang == lang:
                marks.append(Mark(evidence.start, evidence.end, "mark", rank, {"data-g": task}))
    return marks
