"""Where a report contradicts itself: the checks over its tables, ratings and list of findings.

Each check is a function of a ``View`` that yields issues; the first line of its docstring tells the
user what it looks for, and its name switches it off. ``statements`` has the checks of what the
texts say.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from ...corpus import catalogue
from ...corpus.labels import LANGS, Area, Lang, Level
from ...corpus.schema import Analysis, Entity, Issue, Place, Report
from .. import entities
from ..anchors import terms

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


@dataclass
class View:
    """A report and its records as the checks read them."""

    report: Report
    records: Sequence[Analysis]

    @cached_property
    def passages(self) -> list[Passage]:
        """The texts of the general description and of the findings."""
        out = [
            Passage(f"general description, {label}", text, entities.extract(text, "en"))
            for label, text in self.report.description.items()
        ]
        for record in self.records:
            for lang in LANGS:
                text = record.en if lang == "en" else record.zh
                if text:
                    facts = record.entities[lang] or entities.extract(text, lang)
                    out.append(Passage(place(record, lang), text, facts, lang, record))
        return out

    def metric(self, name: str, site: str | None) -> float | None:
        """A value of the metrics tables, by its name in lower case."""
        for metric in self.report.metrics:
            if metric.site_id == site and metric.name.lower() == name:
                return metric.value
        return None

    @property
    def sites(self) -> list[str | None]:
        return list(dict.fromkeys(metric.site_id for metric in self.report.metrics))


def place(record: Analysis, lang: Lang | None = None) -> str:
    name = f"finding {record.given.question or record.id}"
    return name + {"en": ", English", "zh": ", Chinese", None: ""}[lang]


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
    return list(merged.values())


# --- tables --------------------------------------------------------------------------------------

_SUMS = (
    ("headcount_sum", "total workforce", ("male workers", "female workers", "non-binary workers")),
    ("sample_sum", "total sample", ("sample - male", "sample - female", "sample - non-binary")),
)


def _sum(view: View, name: str, total: str, parts: tuple[str, ...]) -> Iterator[Issue]:
    for site in view.sites:
        whole = view.metric(total, site)
        values = [(part, view.metric(part, site)) for part in parts]
        known = [(part, value) for part, value in values if value is not None]
        if whole is None or len(known) < 2:
            continue
        reckoned = sum(value for _, value in known)
        if reckoned != whole:
            terms = " + ".join(number(value) for _, value in known)
            message = (
                f"{total.capitalize()} is {number(whole)}, "
                f"but its parts add up to {number(reckoned)} ({terms})."
            )
            places = [(number(value), f"metrics, {part.capitalize()}") for part, value in known]
            yield issue(
                name, "error", message, (number(whole), f"metrics, {total.capitalize()}"), *places
            )


@check
def headcount_sum(view: View) -> Iterator[Issue]:
    """The total workforce against men, women and non-binary workers."""
    yield from _sum(view, *_SUMS[0])


@check
def sample_sum(view: View) -> Iterator[Issue]:
    """The total sample against its men, women and non-binary workers."""
    yield from _sum(view, *_SUMS[1])


@check
def lowest_wage(view: View) -> Iterator[Issue]:
    """The lowest wage paid against the legal minimum and the living wage."""
    for site in view.sites:
        paid = view.metric("lowest wage paid for regular work at the site", site)
        if not paid:
            continue
        here = (number(paid), "metrics, Lowest wage paid")
        minimum = view.metric("legal minimum wage in local currency", site)
        living = view.metric("calculated living wage in local currency", site)
        if minimum and paid < minimum:
            message = f"The lowest wage of {number(paid)} is under the legal minimum of {number(minimum)}."
            yield issue(
                "lowest_wage",
                "error",
                message,
                here,
                (number(minimum), "metrics, Legal minimum wage"),
            )
        elif living and paid < living:
            message = (
                f"The lowest wage of {number(paid)} is under the living wage of {number(living)}."
            )
            yield issue(
                "lowest_wage",
                "note",
                message,
                here,
                (number(living), "metrics, Calculated living wage"),
            )


# --- ratings (reference: rating.md, sections 2 to 4) ---------------------------------------------

_BANDS = ((86, "A"), (71, "B"), (51, "C"), (30, "D"), (0, "E"))


@check
def area_rating(view: View) -> Iterator[Issue]:
    """An area's rating against the findings under it, by the unofficial value of each answer."""
    by_area: dict[Area, list[Analysis]] = defaultdict(list)
    for record in view.records:
        if record.given.area and record.given.status != "corrected":
            by_area[record.given.area].append(record)
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
                f"{area} is rated {letter}, but its findings ({listed}) let expect {allowed} "
                f"(about {max(percent, 0):.0f} %)."
            )
            yield issue(
                "area_rating", "warning", message,
                (letter, f"section rating, {area}"), (listed, f"findings of {area}"),
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
    seen: dict[tuple[str | None, str], Analysis] = {}
    for record in view.records:
        question = record.given.question
        if not question or view.report.layout in ("table", "text"):
            continue
        first = seen.setdefault((record.site_id, question), record)
        if first is not record:
            message = f"Question {question} stands in the report twice."
            yield issue(
                "repeated_question", "warning", message,
                ((first.en or first.zh or "")[:60], first.id), ((record.en or record.zh or "")[:60], record.id),
            )  # fmt: skip


@check
def cited_articles(view: View) -> Iterator[Issue]:
    """Cited articles that do not exist, that have moved in a newer edition, or of another area."""
    said: set[tuple[str, str]] = set()
    for passage in view.passages:
        area = passage.record.given.area if passage.record else None
        about = _concepts(passage.text, passage.lang)
        for entity in passage.entities:
            law = catalogue.laws().get(str(entity.value.get("id")))
            if law is None:
                continue
            for article in entity.value.get("articles", ()):
                for note in entities.article_notes(law.id, article, area):
                    if note.kind == "renumbered" and not _meant(law, article, note.article, about):
                        continue
                    if note.kind == "other_area" and not note.message.startswith(law.names_en[0]):
                        continue  # an article's usual area is a hint, that of a whole law is more
                    where = passage.where.partition(",")[0]
                    if (where, note.message) in said:
                        continue
                    said.add((where, note.message))
                    level: Level = "warning" if note.kind == "no_such_article" else "note"
                    message = note.message[0].upper() + note.message[1:] + "."
                    yield issue("cited_articles", level, message, (entity.text, passage.where))


def _concepts(text: str, lang: Lang) -> set[int]:
    return {term.concept for term in terms(text, lang)}


def _meant(law: catalogue.Law, article: str, moved: str | None, about: set[int]) -> bool:
    """Whether a passage speaks of what the article said in the earlier edition (its topic stands under
    ``moved`` now) rather than of what it says today."""

    def shared(number: str | None) -> int:
        en, zh, _ = law.topics.get(number or "", ("", "", None))
        return len((_concepts(en, "en") | _concepts(zh, "zh")) & about)

    return shared(moved) > shared(article)
