"""Plain text as one finding: in one language, or in both, one after the other."""

from __future__ import annotations

import re
from pathlib import PurePath

from ..labels import Lang
from ..schema import Finding, Given, InputError, Report, Source, Text
from ..stated import split_states, stated
from ..text import clean, has_chinese
from .amfori_findings import cell_texts
from .amfori_lines import lines_of

# Addresses, paths, markup and code: runs of ASCII characters held together by such a sign.
_NO_PROSE = re.compile(r"[!-~]{0,200}[@\\/_=<>{}][!-~]{0,200}")
_WORD = re.compile(r"[A-Za-z][A-Za-z']+")
_IDEOGRAPH = re.compile(r"[\u4e00-\u9fff]")


def read_plain(text: str, file: str) -> Report:
    """A report of one finding, the text as it stands.

    Raises:
        InputError: for a text without a sentence (numbers, addresses, markup).
    """
    texts = split_languages(text) if is_prose(text) else {}
    if not texts:
        raise InputError(
            file,
            "there is no sentence of a finding in English or Chinese here",
            "give an audit report, a table of findings or the text of one finding",
        )
    status, rating = stated(texts)
    finding = Finding(
        id=f"{PurePath(file).stem}#1",
        source=Source(file=file, line=1),
        texts=texts,
        given=Given(status=status, rating=rating),
    )
    return Report(file=file, layout="text", findings=[finding])


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
