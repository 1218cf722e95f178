"""Personal data taken out of reports before anything else reads them: names, numbers, addresses.

A person or a number keeps one stand-in for a whole run, "[PERSON 1]" in English and "[人员1]" in
Chinese, and a name in pinyin is the one in characters that sounds like it. Company names, laws, dates,
counts and sums of money stay.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal, get_args

from ...corpus.labels import LANGS, Lang
from ...corpus.schema import Finding, Mark, Report, Text
from ...corpus.text import is_wide
from ..entities.normal import normal
from . import chinese, english
from .numbers import find_numbers
from .words import Personal, Places, key_of_chinese, words

Kind = Literal["person", "member", "phone", "email", "id"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_STAND_INS: dict[str, tuple[str, str]] = {
    "person": ("PERSON", "人员"),
    "member": ("MEMBER", "会员号"),
    "phone": ("PHONE", "电话"),
    "email": ("EMAIL", "邮箱"),
    "id": ("ID", "证件号"),
}
_ABOUT_PEOPLE = re.compile(
    r"(?i)\b(?:auditor|contact|person|manager|representative|director|owner|prepared by|interviewee)"
    r"|联系人|负责人|审核员|法定代表人|法人|姓名|陪同|受访"
)


@dataclass
class Masked:
    """What was masked: its kind, its stand-ins, the words that it had (with how often) and the first
    place it was found at."""

    kind: str
    number: int
    where: str
    texts: dict[str, int] = field(default_factory=dict)

    def stand_in(self, lang: Lang) -> str:
        english, chinese = _STAND_INS[self.kind]
        return f"[{english} {self.number}]" if lang == "en" else f"[{chinese}{self.number}]"

    @property
    def times(self) -> int:
        return sum(self.texts.values())


def redact(report: Report) -> tuple[Report, list[Masked]]:
    """The report without personal data, and what was masked."""
    redactor = Redactor()
    return redactor.redact(report), redactor.masked


class Redactor:
    """Masks personal data, with the same stand-in for the same person or number in all that it sees.

    ``masked`` lists what was masked so far, in the order in which it was met.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, str], Masked] = {}
        self._counts: Counter[str] = Counter()
        self._names: dict[str, str] = {}  # whole names met so far, as written, with their keys
        self._keep = ""  # what the report's own names are: the auditee's, the audit firm's

    @property
    def masked(self) -> list[Masked]:
        return list(self._known.values())

    def redact(self, report: Report) -> Report:
        """The report with header, sites, description, findings and problems masked; nothing else of
        it changes, and offsets count in the new texts."""
        keys = ("Monitored Party", "Site", "Monitoring Partner", "Auditee")
        self._keep = " ".join(
            [report.header.get(key, "") for key in keys]
            + [site.name or "" for site in report.sites]
        ).casefold()
        for text in _texts(report):
            self._learn(text)

        def plain(text: str, where: str) -> str:
            return self._mask(text, f"{report.file}: {where}")[0]

        def fields(values: dict[str, str], where: str) -> dict[str, str]:
            return {
                key: self._field(key, value, f"{report.file}: {where}, {key}")
                for key, value in values.items()
            }

        sites = [
            site.model_copy(
                update={
                    "id": site.id and plain(site.id, "site"),
                    "name": site.name and plain(site.name, "site"),
                    "details": fields(site.details, "site"),
                }
            )
            for site in report.sites
        ]
        return report.model_copy(
            update={
                "header": fields(report.header, "header"),
                "sites": sites,
                "description": fields(report.description, "description"),
                "metrics": [
                    m.model_copy(update={"site_id": m.site_id and plain(m.site_id, "metrics")})
                    for m in report.metrics
                ],
                "findings": [self._finding(finding, report.file) for finding in report.findings],
                "problems": [
                    p.model_copy(update={"what": plain(p.what, p.place)}) for p in report.problems
                ],
            }
        )

    def _field(self, key: str, value: str, where: str) -> str:
        """A field's value, read together with its label, which may say what it is."""
        told = bool(_ABOUT_PEOPLE.search(key)) or key.casefold().endswith(
            ("id", "no", "number", "号")
        )
        label = f"{key}: " if told else ""
        self._learn(label + value)
        masked, _ = self._mask(label + value, where)
        return masked.removeprefix(label)

    def _finding(self, finding: Finding, file: str) -> Finding:
        place = f"{file}: {finding.id}"
        texts: dict[Lang, Text] = {}
        marks: dict[Lang, list[Mark]] = {}
        for lang, text in finding.texts.items():
            masked, moved = self._mask(text.text, f"{place}, {lang}", lang)
            texts[lang] = Text(
                text=masked,
                current=_moved(text.current, moved),
                previous=text.previous and _moved(text.previous, moved),
            )
            kept = []
            for mark in finding.marks.get(lang, ()):
                start, end = _moved((mark.start, mark.end), moved)
                if masked[start:end] == mark.text:  # else a part of it was masked
                    kept.append(mark.model_copy(update={"start": start, "end": end}))
            if kept:
                marks[lang] = kept
        site_id = finding.site_id and self._mask(finding.site_id, place)[0]
        identity = self._mask(finding.id, place)[0]
        return finding.model_copy(
            update={"id": identity, "site_id": site_id, "texts": texts, "marks": marks}
        )

    # --- one text -----------------------------------------------------------------------

    def _find(self, text: str) -> list[Personal]:
        shadow = normal(text)
        found = find_numbers(shadow)
        for name in (*english.find_names(shadow), *chinese.find_names(shadow)):
            if " " not in name.key or text[name.start : name.end].casefold() not in self._keep:
                found.append(name)
        return found

    def _learn(self, text: str) -> None:
        """Remembers the whole names of a text, to know them where nothing stands beside them."""
        for one in self._find(text):
            name = text[one.start : one.end]
            if one.kind == "person" and (" " in one.key or len(name) > 2) and "某" not in name:
                self._names.setdefault(name, one.key)

    def _mask(
        self, text: str, where: str, lang: Lang | None = None
    ) -> tuple[str, Callable[[int], int]]:
        """The text with stand-ins, and where in it an offset of the old text lies."""
        places = Places()
        candidates = (*self._find(text), *self._again(text))
        found = [one for one in candidates if places.take(one.start, one.end)]
        parts: list[str] = []
        edges: list[tuple[int, int, int]] = []  # start and end before, end after
        done = size = 0
        lang = lang or _language(text)
        for one in sorted(found):
            if not (masked := self._known.get((one.kind, one.key))):
                self._counts[one.kind] += 1
                masked = Masked(one.kind, self._counts[one.kind], where)
                self._known[one.kind, one.key] = masked
            words_ = text[one.start : one.end]
            masked.texts[words_] = masked.texts.get(words_, 0) + 1
            stand_in = masked.stand_in(lang)
            parts += [text[done : one.start], stand_in]
            size += one.start - done + len(stand_in)
            edges.append((one.start, one.end, size))
            done = one.end

        def moved(at: int) -> int:
            shift = 0
            for start, end, new_end in edges:
                if at <= start:
                    break
                if at < end:
                    return new_end
                shift = new_end - end
            return at + shift

        return "".join([*parts, text[done:]]), moved

    def _again(self, text: str) -> Iterator[Personal]:
        """Names met before, as they were written or, in characters, as they sounded."""
        if not self._names:
            return
        for name, key in self._names.items():
            start = text.find(name)
            while start >= 0:
                end = start + len(name)
                if not name.isascii() or _stands_alone(text, start, end):
                    yield Personal(start, end, "person", key)
                start = text.find(name, end)
        keys = set(self._names.values())
        for start, char in enumerate(text):
            if char in words("surnames"):
                for end in (start + 3, start + 2):
                    given = text[start + 1 : end]
                    if (
                        len(given) == end - start - 1
                        and chinese.is_given(given)
                        and key_of_chinese(char, given) in keys
                        and chinese.is_name(char, given)
                    ):
                        yield Personal(start, end, "person", key_of_chinese(char, given))
                        break


def _stands_alone(text: str, start: int, end: int) -> bool:
    return not (text[start - 1 : start].isalnum() and text[start - 1].isascii()) and not (
        text[end : end + 1].isalnum() and text[end].isascii()
    )


def _language(text: str) -> Lang:
    return "zh" if 4 * sum(map(is_wide, text)) > len(text) else "en"


def _moved(span: tuple[int, int], moved: Callable[[int], int]) -> tuple[int, int]:
    return moved(span[0]), moved(span[1])


def _texts(report: Report) -> Iterable[str]:
    for finding in report.findings:
        for lang in LANGS:
            if lang in finding.texts:
                yield finding.texts[lang].text
    yield from report.description.values()
