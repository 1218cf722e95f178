"""The data model: what a report holds, and what the pipeline says of each of its findings.

Offsets are half-open ``[start, end)`` in Unicode code points of the text they point into, and a
text is never rewritten once it is read. Every model refuses unknown fields, so a typing slip in a
file of findings is an error and not a field that is quietly ignored.
"""

from __future__ import annotations

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from .labels import Answer, Area, DefectType, EntityLabel, Lang, Level, Severity, Status


class Model(BaseModel):
    model_config = ConfigDict(extra="forbid")


# --- what is read ---------------------------------------------------------------------------


class Source(Model):
    """Where a finding stands: file name, and the page or line it starts at (counted from 1)."""

    file: str
    page: int | None = None
    line: int | None = None


class Given(Model):
    """What the report itself states about a finding; predictions never copy it."""

    area: Area | None = None
    question: str | None = None
    crucial: bool | None = None
    rating: Answer | None = None
    status: Status | None = None
    severity: Severity | None = None


class Text(Model):
    """One language's text of a finding, split into its previous and its current state.

    ``current`` is the span of the current state (the whole text where nothing divides it),
    ``previous`` that of the earlier finding that a follow-up quotes, or None.
    """

    text: str
    current: tuple[int, int]
    previous: tuple[int, int] | None = None

    @classmethod
    def whole(cls, text: str) -> Self:
        return cls(text=text, current=(0, len(text)))

    @model_validator(mode="after")
    def _spans_lie_in_text(self) -> Self:
        for span in (self.current, self.previous):
            if span and not 0 <= span[0] <= span[1] <= len(self.text):
                raise ValueError(
                    f"span {span} does not lie in a text of {len(self.text)} characters"
                )
        return self


class Mark(Model):
    """A fact that a person has marked in a text."""

    start: int
    end: int
    label: EntityLabel
    text: str


class Finding(Model):
    """One auditor's statement about one audit question at one site, in one or both languages.

    ``marks`` holds, for each language, the facts that a person has marked in a labelling tool.
    ``changed`` holds the labels that a person has put in the place of a model's, None where the file
    does not tell the two apart; ``given`` is then what the report stated.
    """

    id: str
    source: Source
    site_id: str | None = None
    texts: dict[Lang, Text]
    given: Given = Field(default_factory=Given)
    marks: dict[Lang, list[Mark]] = Field(default_factory=dict)
    changed: Given | None = None

    @property
    def en(self) -> str | None:
        return self.texts["en"].text if "en" in self.texts else None

    @property
    def zh(self) -> str | None:
        return self.texts["zh"].text if "zh" in self.texts else None


class Site(Model):
    id: str | None = None
    name: str | None = None
    details: dict[str, str] = Field(default_factory=dict)


class Metric(Model):
    """One line of the metrics tables; ``value`` is None where the report prints none."""

    name: str
    value: float | None
    unit: str | None = None
    site_id: str | None = None


class Problem(Model):
    """Something in a file that could not be used as it stands; ``lost`` says content was left out."""

    place: str
    what: str
    mend: str
    lost: bool = False


class Report(Model):
    """A file of findings: an audit extract with its header and tables, or a bare list.

    ``layout`` is "amfori-b", "amfori-c", "amfori-d", "table" or "text". ``description`` holds the
    labelled paragraphs of the general description.
    """

    file: str
    layout: str
    header: dict[str, str] = Field(default_factory=dict)
    overall: str | None = None
    ratings: dict[Area, str] = Field(default_factory=dict)
    sites: list[Site] = Field(default_factory=list)
    metrics: list[Metric] = Field(default_factory=list)
    description: dict[str, str] = Field(default_factory=dict)
    findings: list[Finding] = Field(default_factory=list)
    problems: list[Problem] = Field(default_factory=list)


class InputError(Exception):
    """Input that cannot be used: which file, which place in it, what is wrong, how to mend it."""

    def __init__(self, file: str, what: str, mend: str, place: str | None = None):
        self.file, self.place, self.what, self.mend = file, place, what, mend
        where = f"{file}: {place}" if place else file
        super().__init__(one_line(f"{where}: {what}; {mend}"))


def one_line(text: str, most: int = 600) -> str:
    """A message fit for a terminal, whatever of a stranger's file it quotes: one line, not endless,
    without characters that steer the terminal or turn the direction of writing."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text[: 4 * most]).split())
    return line if len(line) <= most else f"{line[: most - 60]} … {line[-57:]}"


# --- what is said of it ---------------------------------------------------------------------


class Entity(Model):
    """A fact in one text. ``link`` is the index of the entity in the other language's list that
    states the same fact; ``partial`` says why it was only partly understood."""

    start: int
    end: int
    label: EntityLabel
    text: str
    value: dict[str, Any]
    link: int | None = None
    partial: str | None = None


class Bead(Model):
    """Sentences (by index) that translate each other; one side is empty where nothing does.

    ``similarity`` is the cosine of the halves, ``probability`` the chance that the bead is right.
    """

    en: list[int]
    zh: list[int]
    similarity: float
    probability: float | None = Field(default=None, ge=0, le=1)


class Evidence(Model):
    lang: Lang
    start: int
    end: int


class Prediction(Model):
    """A label with its calibrated probability; ``label`` is None for a text that is no finding."""

    label: str | None
    probability: float = Field(ge=0, le=1)
    alternatives: list[tuple[str, float]] = Field(default_factory=list)
    evidence: list[Evidence] = Field(default_factory=list)


class TextSpan(Model):
    start: int
    end: int
    text: str


class Defect(Model):
    """A place where the two texts of a finding part ways."""

    type: DefectType
    level: Level
    confidence: float = Field(ge=0, le=1)
    message: str
    en: TextSpan | None = None
    zh: TextSpan | None = None


class Place(Model):
    text: str
    where: str


class Issue(Model):
    """A place where a report contradicts itself, quoting both sides."""

    check: str
    level: Level
    message: str
    places: list[Place]


class Analysis(Model):
    """The record: one finding and all that the pipeline says of it. A stage that was not asked for
    leaves its field empty (labels: None)."""

    id: str
    source: Source
    site_id: str | None
    en: str | None
    zh: str | None
    given: Given
    area: Prediction | None = None
    question: Prediction | None = None
    status: Prediction | None = None
    severity: Prediction | None = None
    sentences: dict[Lang, list[tuple[int, int]]]
    alignment: list[Bead] = Field(default_factory=list)
    entities: dict[Lang, list[Entity]] = Field(default_factory=lambda: {"en": [], "zh": []})
    defects: list[Defect] = Field(default_factory=list)
    review: bool = False
    model: str | None = None


class AnalysedReport(Model):
    """A report with its records and the places where it contradicts itself."""

    report: Report
    findings: list[Analysis]
    issues: list[Issue] = Field(default_factory=list)
