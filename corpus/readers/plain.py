"""Plain text as a finding, or as several: in one language, or in both, one after the other."""

from __future__ import annotations

import re
from pathlib import PurePath

from ..labels import Lang
from ..schema import Finding, Given, InputError, Problem, Report, Source, Text
from ..stated import split_states, stated
from ..text import clean, has_chinese
from .amfori_findings import cell_texts
from .amfori_lines import lines_of
from .narrative import divide

# Addresses, paths, markup and code: runs of ASCII characters held together by such a sign.
_NO_PROSE = re.compile(r"[!-~]{0,200}[@\\/_=<>{}][!-~]{0,200}")
_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")


def read_plain(text: str, file: str) -> Report:
    """A report of the findings that a text tells, mostly one: the text as it stands.

    Raises:
        InputError: for a text without a sentence (numbers, addresses, markup).
    """
    parts, headings = divide(clean(text).strip("\n")) if is_prose(text) else ([], [])
    report = Report(file=file, layout="text")
    skipped = len(text) - len(text.lstrip("\r\n"))
    before = clean(text[:skipped]).count("\n")
    for number, part in enumerate(parts, 1):
        if not (texts := split_languages(part.text)):
            continue
        status, rating = stated(texts)
        report.findings.append(
            Finding(
                id=f"{PurePath(file).stem}#{number}",
                source=Source(file=file, line=before + part.line),
                texts=texts,
                given=Given(status=status, rating=rating),
            )
        )
    if not report.findings:
        raise InputError(
            file,
            "there is no sentence of a finding in English or Chinese here",
            "give an audit report, a table of findings or the text of one finding",
        )
    if headings:
        what = f"taken as headings, not as a finding's text: {'; '.join(headings)}"
        mend = "end a line with a full stop where it is a finding's"
        report.problems.append(Problem(place="line 1", what=what, mend=mend))
    return report


def is_prose(text: str) -> bool:
    """Whether a text holds words enough for a statement: three in English, four characters in
    Chinese, and more of them than of anything else."""
    start = text[:20_000]
    if re.match(r"\s*<(?:!doctype|html|\?xml|svg)\b", start, re.IGNORECASE):
        return False
    rest = _NO_PROSE.sub(" ", start)
    words, chinese = _WORD.findall(rest), len(_IDEOGRAPH.findall(rest))
    visible = sum(not char.isspace() for char in rest)
    return (len(words) >= 3 or chinese >= 4) and 2 * (sum(map(len, words)) + chinese) >= visible


def split_languages(text: str) -> dict[Lang, Text]:
    """The English and the Chinese of a text that holds one of them or both, each with its states."""
    text = clean(text).strip()
    parts: dict[Lang, str] = {"en": text}
    if has_chinese(text):
        parts = cell_texts(lines_of(text))
    if len(parts) == 1:
        # The cells were put together again only to divide the languages: as it stands, then.
        parts = dict.fromkeys(parts, text)
    return {lang: split_states(part, lang) for lang, part in parts.items()}
