"""The review page: one HTML file that holds everything it shows and asks the network for nothing.

This module decides what is shown; how it looks and behaves is in ``report.html``, ``parts.html`` (which
the review page shares), ``report.css``, ``marks.js`` and ``report.js``. Whatever comes from a report goes through escaping, and a content security policy lets
no script run but ours.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import IO

from jinja2 import ChoiceLoader, Environment, FunctionLoader
from markupsafe import Markup

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
from ...corpus.schema import (
    AnalysedReport,
    Analysis,
    Defect,
    Entity,
    Metric,
    Prediction,
    Report,
    Text,
)
from .markup import Mark, marked
from .wording import name, number_text, percent, plural, value_text

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


def write_html(reports: Iterable[AnalysedReport], stream: IO[bytes]) -> None:
    """Writes the reports as one self-contained page, in UTF-8."""
    views = []
    first = 1
    for number, analysed in enumerate(reports, 1):
        views.append(ReportView.of(analysed, number, first))
        first += len(analysed.findings)
    found = [finding for view in views for finding in view.findings]
    labels = {fact.label for finding in found for fact in finding.facts}
    style, script = asset("report.css"), asset("marks.js") + asset("report.js")
    environment().get_template("report.html").stream(
        reports=views,
        facets=facets(found),
        entity_labels=[label for label in ENTITY_LABELS if label in labels],
        defects=any(finding.defects for finding in found),
        models=sorted({finding.record.model for finding in found if finding.record.model}),
        key_metrics=KEY_METRICS,
        style=Markup(style),
        script=Markup(script),
        script_hash=b64encode(hashlib.sha256(script.encode()).digest()).decode(),
    ).dump(stream, encoding="utf-8", errors="replace")


@cache
def environment(
    template: Callable[[str], str | None] = lambda _: None,
    ui: Lang = "en",
    word: Callable[[str], str] = str,
    name: Callable[[str], str] = name,
    plural: Callable[[int, str], str] = plural,
) -> Environment:
    """Templates that escape what they are given. ``template`` gives the text of those that are not in
    this folder; ``word``, ``name`` and ``plural`` say words, labels and numbers in the language
    ``ui`` of the interface; its ``in_words``, where it has one, says a defect or an issue in that language."""
    made = Environment(
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        loader=ChoiceLoader([FunctionLoader(template), FunctionLoader(asset)]),
    )
    made.filters |= {"name": name, "percent": percent, "plural": plural, "number": number_text}
    made.globals |= {"_": word, "ui": ui, "in_words": lambda found: None}
    return made


def asset(file: str) -> str:
    """A file of this folder."""
    return files(__name__.rpartition(".")[0]).joinpath(file).read_text(encoding="utf-8")


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
        words: list[tuple[Lang, str]] = [
            (e.lang, (getattr(record, e.lang) or "")[e.start : e.end]) for e in prediction.evidence
        ]
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
    source: list[str]
    record: Analysis
    none: Prediction | None
    labels: list[Label]
    facts: list[Fact]
    defects: list[Defect]
    states: list[tuple[str, dict[Lang, Markup]]]
    facets: dict[str, list[str]]

    @classmethod
    def of(
        cls, record: Analysis, report: Report, texts: dict[Lang, Text], number: int
    ) -> FindingView:
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
            if cut:
                states["previous"][lang] = marked(text, marks, 0, cut)
            states["current"][lang] = marked(text, marks, cut)
        stated = {label.task: [label.label, *filter(None, [label.given])] for label in labels}
        return cls(
            id=id_,
            name=record.id.rpartition("#")[2] or record.id,
            source=_source(record, report),
            record=record,
            none=none,
            labels=labels,
            facts=facts,
            defects=defects,
            states=[(s, cells) for s, cells in states.items() if cells],
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
    header: list[tuple[str, str]]
    metrics: dict[str | None, list[Metric]]

    @classmethod
    def of(cls, analysed: AnalysedReport, number: int, first: int) -> ReportView:
        report = analysed.report
        texts = {(f.id, f.en, f.zh): f.texts for f in report.findings}
        views = [
            FindingView.of(record, report, texts.get((record.id, record.en, record.zh), {}), place)
            for place, record in enumerate(analysed.findings, first)
        ]
        counts = Counter(defect.level for view in views for defect in view.defects)
        counts.update(issue.level for issue in analysed.issues)
        counts["review"] = sum(view.record.review for view in views)
        counts.update(area for view in views for area in view.facets["area"])
        metrics: dict[str | None, list[Metric]] = {}
        for metric in report.metrics:
            metrics.setdefault(metric.site_id, []).append(metric)
        names = [report.header.get("Monitored Party"), *(site.name for site in report.sites)]
        title = next(filter(None, names), _base(report.file))
        return cls(
            id=f"r{number}",
            name=title,
            analysed=analysed,
            findings=views,
            langs=[lang for lang in LANGS if any(getattr(view.record, lang) for view in views)]
            or list(LANGS),
            counts=counts,
            header=[
                *((k, v) for k, v in report.header.items() if v and v != title),
                ("File", _base(report.file)),
            ],
            metrics=metrics,
        )


def facets(findings: Sequence[FindingView]) -> list[tuple[str, str, list[tuple[str, int]]]]:
    """What to filter by: (name, caption, [(value, number of findings)]) where there is a choice."""
    shown = []
    for facet, order in _FACETS.items():
        counts = Counter(value for finding in findings for value in finding.facets[facet])
        values = [(value, counts[value]) for value in order if counts[value]]
        if any(value != "consistent" for value, _ in values):
            shown.append((facet, _CAPTIONS.get(facet, facet.capitalize()), values))
    return shown


def _base(file: str) -> str:
    """A file's name without its folders, which are nobody's business once the page is sent on."""
    return file.replace("\\", "/").rpartition("/")[2]


def _source(record: Analysis, report: Report) -> list[str]:
    """Where a finding stands, as far as the report it stands in does not say so already."""
    source = record.source
    parts = [
        f"Site {record.site_id}" if record.site_id and len(report.sites) > 1 else "",
        _base(source.file) if source.file != report.file else "",
        f"page {source.page}" if source.page else "",
        f"line {source.line}" if source.line else "",
    ]
    return [part for part in parts if part]


def _cut(text: Text | None) -> int:
    """Where the previous state ends, with the space after it; 0 where there is none in front."""
    if text is None or text.previous is None or text.previous[1] > text.current[0]:
        return 0
    rest = text.text[text.previous[1] :]
    return len(text.text) - len(rest.lstrip())


def _facts(record: Analysis) -> tuple[list[Fact], dict[Lang, list[str]]]:
    """The facts, linked entities together, and for each language the key of each entity's fact."""
    back = {
        z.link: f"z{j}"
        for j, z in reversed(list(enumerate(record.entities["zh"])))
        if z.link is not None
    }
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
