"""Where a report contradicts itself: the checks over its ratings and its list of findings.

Each check is a function of a ``View`` that yields issues; the first line of its docstring tells the
user what it looks for, and its name switches it off. ``figures`` has the checks of totals and wages,
``audit_dates`` those of dates, ``statements`` those of what else the texts say.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache

from ...corpus import catalogue
from ...corpus.labels import LANGS, Area, Lang, Level
from ...corpus.schema import Analysis, Entity, Issue, Place, Report
from ...corpus.stated import split_states
from ...corpus.text import excerpt, is_ideograph
from .. import entities
from ..anchors import terms
from ..bitext import Span
from ..entities.normal import lower, normal

Check = Callable[["View"], Iterator[Issue]]
CHECKS: dict[str, Check] = {}
LETTERS = "ABCDE"


def check(function: Check) -> Check:
    """Enters a check under its name."""
    CHECKS[function.__name__] = function
    return function


@dataclass(frozen=True)
class Passage:
    """A text of the report, with its facts; ``where`` names the place to the user."""

    where: str
    text: str
    entities: Sequence[Entity]
    lang: Lang = "en"
    record: Analysis | None = None

    @cached_property
    def low(self) -> str:
        """The text as patterns read it, character for character: lower case, marks half-width."""
        return lower(normal(self.text))

    @cached_property
    def current(self) -> Span:
        """Where the state that this audit met stands: behind "Current status:", 目前状态：."""
        return split_states(self.text, self.lang).current if self.record else (0, len(self.text))

    @cached_property
    def facts(self) -> dict[str, Entity]:
        """The facts of the current state by their words, the first of each."""
        start, end = self.current
        return {e.text: e for e in reversed(self.entities) if start <= e.start < end}

    @cached_property
    def by_content(self) -> defaultdict[str, list[Entity]]:
        """The same, all of them, by what they say in any language."""
        start, end = self.current
        said: defaultdict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities:
            if start <= entity.start < end:
                said[_content(entity)].append(entity)
        return said


@dataclass
class View:
    """A report and its records as the checks read them."""

    report: Report
    records: Sequence[Analysis]

    @cached_property
    def passages(self) -> list[Passage]:
        """The texts of the general description and of the findings."""
        out = []
        for label, text in self.report.description.items():
            lang = _language(text)
            said = entities.extract(text, lang)
            out.append(Passage(f"general description, {label}", text, said, lang))
        for record in self.records:
            for lang in LANGS:
                text = record.en if lang == "en" else record.zh
                if text:
                    facts = record.entities[lang] or entities.extract(text, lang)
                    out.append(Passage(self.place(record, lang), text, facts, lang, record))
        return out

    @cached_property
    def _asked(self) -> Counter[str | None]:
        return Counter(record.given.question for record in self.records)

    def place(self, record: Analysis, lang: Lang | None = None) -> str:
        """What the user knows a finding by: its question, its id where several have that question."""
        question = record.given.question
        name = f"finding {question if question and self._asked[question] == 1 else record.id}"
        return name + {"en": ", English", "zh": ", Chinese", None: ""}[lang]

    def metric(self, name: str, site: str | None) -> float | None:
        """A value of the metrics tables, by its English name in lower case."""
        for metric in self.report.metrics:
            if metric.site_id == site and _metric_name(metric.name) == name:
                return metric.value
        return None

    @property
    def sites(self) -> list[str | None]:
        return list(dict.fromkeys(metric.site_id for metric in self.report.metrics))


def _language(text: str) -> Lang:
    """The language of a paragraph: a Chinese character says what two or three letters do."""
    wide = sum(map(is_ideograph, text))
    return "zh" if 3 * wide > sum(map(str.isalpha, text)) - wide else "en"


# The metrics that the checks read, as a Chinese table names them.
_METRICS_ZH = (
    (r"(?:样本|抽样|访谈)\w*?非二元\w*", "sample - non-binary"),
    (r"(?:样本|抽样|访谈)\w*?男\w*", "sample - male"),
    (r"(?:样本|抽样|访谈)\w*?女\w*", "sample - female"),
    (r"(?:样本|抽样|访谈)(?:员工|工人)?(?:总数|总人数|人数|总量)", "total sample"),
    (r"非二元(?:性别)?(?:员工|工人|职工|人员)?(?:人数|总数)?", "non-binary workers"),
    (r"男(?:性|员工|工|职工|工人)*(?:人数|总数)?", "male workers"),
    (r"女(?:性|员工|工|职工|工人)*(?:人数|总数)?", "female workers"),
    (r"(?:员工|职工|工人|劳动力|全厂)(?:总数|总人数|人数)|总人数", "total workforce"),
    (r"\w*(?:法定|当地)\w*最低(?:月|小时)?工资\w*", "legal minimum wage in local currency"),
    (r"\w*生活工资\w*", "calculated living wage in local currency"),
    (r"\w*最低(?:月|小时)?(?:实发|支付)?工资", "lowest wage paid for regular work at the site"),
)


def _metric_name(name: str) -> str:
    """The English name of a metric in lower case."""
    low = lower(normal(name))
    bare = re.sub(r"[^\w]|(?<=[\u4e00-\u9fff])\([^()]*\)", "", low)
    return next((english for zh, english in _METRICS_ZH if re.fullmatch(zh, bare)), low)


def issue(name: str, level: Level, message: str, *places: tuple[str, str]) -> Issue:
    return Issue(
        check=name,
        level=level,
        message=message,
        places=[Place(text=text, where=where) for text, where in places],
    )


def number(value: float) -> str:
    return f"{value:,.2f}".rstrip("0").rstrip(".")


def check_report(
    report: Report, records: Sequence[Analysis], off: Collection[str] = ()
) -> list[Issue]:
    """The places where a report contradicts itself, check by check; ``off`` names checks to leave out."""
    view = View(report, records)
    merged: dict[tuple[str, str], Issue] = {}
    for name, one in CHECKS.items():
        for found in one(view) if name not in off else ():
            # What both languages or several passages say alike is one issue with several places.
            first = merged.setdefault((found.check, found.message), found)
            first.places += [p for p in found.places if p not in first.places]
    by_name = {passage.where: passage for passage in view.passages if passage.record}
    for found in merged.values():
        _quote_both(found, by_name)
    return list(merged.values())


_OTHER = {", English": ", Chinese", ", Chinese": ", English"}
_SAYS = ("value", "upper", "unit", "part", "whole", "id", "articles")  # of a fact, in any language


def _quote_both(found: Issue, passages: Mapping[str, Passage]) -> None:
    """Adds the same facts of the other language where only one is quoted: both have to be mended."""
    quoted: dict[str, list[str]] = defaultdict(list)
    for said in found.places:
        if said.where in passages:
            quoted[said.where].append(said.text)
    for where, texts in quoted.items():
        name, comma, lang = where.rpartition(", ")
        other = passages.get(name + _OTHER[comma + lang])
        if other is None or other.where in quoted:
            continue
        pairs = [_same_fact(text, passages[where], other) for text in texts]
        if all(pairs):
            found.places += [Place(text=p.text, where=other.where) for p in pairs if p]


def _same_fact(text: str, passage: Passage, other: Passage) -> Entity | None:
    """The fact of the other language's text that says what a quoted one does; none where it says so more
    or less often."""
    here = passage.facts.get(text)
    if here is None:
        return None
    mine, theirs = (of.by_content[_content(here)] for of in (passage, other))
    return theirs[mine.index(here)] if len(mine) == len(theirs) else None


def _content(entity: Entity) -> str:
    return repr((entity.label, *(entity.value.get(key) for key in _SAYS)))


# --- ratings (reference: rating.md, sections 2 to 4) ---------------------------------------------

_BANDS = ((86, "A"), (71, "B"), (51, "C"), (30, "D"), (0, "E"))


@check
def area_rating(view: View) -> Iterator[Issue]:
    """An area's rating against the findings under it, by the unofficial value of each answer."""
    by_area: dict[Area, list[Analysis]] = defaultdict(list)
    for record in view.records:
        if record.given.area and record.given.status != "corrected":
            by_area[record.given.area].append(record)
    yield from _unfounded(view)
    for area, records in by_area.items():
        letter = view.report.ratings.get(area)
        if letter is None or letter not in LETTERS:
            continue
        asked = sum(question.area == area for question in catalogue.questions().values())
        lost = {r.given.question: _lost(r) for r in records if r.given.question}
        percent = 100 * (1 - sum(lost.values()) / (10 * asked))
        allowed = next((band for least, band in _BANDS if percent >= least), "E")
        # One band apart is within what the unofficial table is worth.
        if LETTERS.index(allowed) - LETTERS.index(letter) >= 2:
            listed = ", ".join(sorted(lost))
            message = (
                f"{area} is rated {letter}, but its findings ({listed}) would suggest {allowed} "
                f"(about {max(percent, 0):.0f} %)."
            )
            yield issue(
                "area_rating", "warning", message,
                (letter, f"section rating, {area}"), (listed, f"findings of {area}"),
            )  # fmt: skip


def _unfounded(view: View) -> Iterator[Issue]:
    """The two worst ratings of areas that a whole list of findings does not speak of."""
    areas = {record.given.area for record in view.records}
    if not areas or None in areas or len(view.report.ratings) < 13:
        return
    for area, letter in view.report.ratings.items():
        if letter in ("D", "E") and area not in areas:
            message = f"{area} is rated {letter}, but no finding stands under it."
            listed = ", ".join(sorted((str(a) for a in areas), key=lambda a: int(a[2:])))
            yield issue(
                "area_rating", "warning", message,
                (letter, f"section rating, {area}"), (listed, "areas with findings"),
            )  # fmt: skip


def _lost(record: Analysis) -> int:
    """Points that the answer to a question costs, of ten."""
    question = catalogue.questions().get(record.given.question or "")
    crucial = record.given.crucial or bool(question and question.crucial)
    no = record.given.rating == "no"
    if record.given.rating == "yes":
        return 0
    if not crucial:
        return 10 if no else 5
    if record.given.area in ("PA7", "PA8", "PA11"):
        return 50 if no else 30
    return 20 if no else 15


@check
def overall_rating(view: View) -> Iterator[Issue]:
    """The overall rating against the section ratings."""
    overall = (view.report.overall or "").strip()
    letters = list(view.report.ratings.values())
    if overall not in LETTERS or not overall or len(letters) < 13:
        return
    a, c, d, e = (letters.count(letter) for letter in "ACDE")
    if a >= 7 and not c + d + e:
        allowed = "A"
    elif c <= 3 and not d + e:
        allowed = "B"
    elif d <= 2 and not e:
        allowed = "C"
    else:
        allowed = "D" if e <= 6 else "E"
    if LETTERS.index(overall) < LETTERS.index(allowed):
        counts = ", ".join(f"{letters.count(x)} {x}" for x in LETTERS if x in letters)
        message = f"The overall rating is {overall}, but the section ratings ({counts}) allow {allowed} at best."
        yield issue(
            "overall_rating", "warning", message,
            (overall, "overall rating"), (counts, "section ratings"),
        )  # fmt: skip


# --- findings ------------------------------------------------------------------------------------


@check
def repeated_question(view: View) -> Iterator[Issue]:
    """The same question twice at one site."""
    asked: dict[tuple[str | None, str], list[Analysis]] = defaultdict(list)
    for record in view.records:
        # Rows of a table that names no site may be of many.
        if record.given.question and (
            record.site_id or view.report.layout not in ("table", "text")
        ):
            asked[record.site_id, record.given.question].append(record)
    for (site, question), records in asked.items():
        if len(records) > 1:
            times = "twice" if len(records) == 2 else f"{len(records)} times"
            at = f" for the site {site}" if len({s for s, _ in asked}) > 1 else ""
            message = f"Question {question} stands in the report {times}{at}."
            yield issue(
                "repeated_question", "warning", message,
                *((excerpt(one.en or one.zh or "", 80), one.id) for one in records),
            )  # fmt: skip


@check
def cited_articles(view: View) -> Iterator[Issue]:
    """Cited articles that do not exist, that have moved in a newer edition, or of another area."""
    said: set[tuple[str, str]] = set()
    for passage in view.passages:
        area = passage.record.given.area if passage.record else None
        for entity in passage.entities:
            law = catalogue.laws().get(str(entity.value.get("id")))
            if law is None:
                continue
            about = _concepts(_paragraph(passage.text, entity), passage.lang)
            for article in entity.value.get("articles", ()):
                for note in entities.article_notes(law.id, article, area):
                    if note.kind == "renumbered" and not _meant(law, article, note.article, about):
                        continue
                    if note.kind == "other_area" and not (
                        note.message.startswith(law.names_en[0])
                        or _strange(law, article, area, about)
                    ):
                        continue  # an article's usual area is a hint, that of a whole law is more
                    if (passage.where, note.message) in said:
                        continue
                    said.add((passage.where, note.message))
                    level: Level = "warning" if note.kind == "no_such_article" else "note"
                    message = note.message[0].upper() + note.message[1:] + "."
                    yield issue("cited_articles", level, message, (entity.text, passage.where))


def _paragraph(text: str, entity: Entity) -> str:
    """The line around an entity: a finding may hold many clauses, one a line."""
    near = max(0, entity.start - 1000), entity.end + 1000
    start = max(text.rfind("\n", near[0], entity.start) + 1, near[0])
    end = text.find("\n", entity.end, near[1])
    return text[start : end if end >= 0 else near[1]]


@lru_cache(256)
def _concepts(text: str, lang: Lang) -> frozenset[int]:
    """The subjects that a text speaks of, as numbers of audit terms; who names gloves speaks of PPE."""
    groups = _groups()
    found = {term.concept for term in terms(text, lang)}
    ppe = groups["ppe"] if found & groups["kinds of ppe"] else frozenset[int]()
    return frozenset(found - groups["no subject"]) | ppe


@cache
def _groups() -> dict[str, frozenset[int]]:
    """Concepts of the glossary: PPE and its kinds, and words such as "below" that are no subject."""

    def concepts(names: Iterable[str]) -> frozenset[int]:
        return frozenset(term.concept for name in names for term in terms(name, "en"))

    rows = catalogue.glossary()
    return {
        "ppe": concepts(["PPE"]),
        "kinds of ppe": concepts(row.en[0] for row in rows if row.group == "ppe"),
        "no subject": concepts(name for row in rows if row.area == "*" for name in row.en),
    }


# Areas whose articles have nothing to do with each other: hours and contracts, or safety.
_FAR = ({"PA6", "PA10"}, {"PA7", "PA12"})


def _strange(law: catalogue.Law, article: str, area: Area | None, about: Set[int]) -> bool:
    """Whether an article speaks of hours or contracts in a finding about safety, or the other way round, and
    of nothing that the finding speaks of."""
    en, zh, of = law.topics.get(article, ("", "", None))
    topic = _concepts(en, "en") | _concepts(zh, "zh")
    apart = any(of in one and area in other for one, other in (_FAR, _FAR[::-1]))
    return apart and bool(topic and about) and not topic & about


def _meant(law: catalogue.Law, article: str, moved: str | None, about: Set[int]) -> bool:
    """Whether a passage speaks of what the article said in the earlier edition (its topic stands under
    ``moved`` now) rather than of what it says today."""

    def shared(number: str | None) -> int:
        en, zh, _ = law.topics.get(number or "", ("", "", None))
        return len((_concepts(en, "en") | _concepts(zh, "zh")) & about)

    return shared(moved) > shared(article)
