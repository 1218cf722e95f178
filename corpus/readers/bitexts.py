"""Translation files to findings: TMX and XLIFF 1.2, each unit a finding of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lxml import etree

from ..labels import Lang
from ..schema import Finding, InputError, Problem, Report, Source, Text
from ..text import clean

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")  # names the encoding of bytes, and this is text


def looks_like_bitext(text: str) -> bool:
    """Whether a text file is TMX or XLIFF, by its first element."""
    head = text[:2000]
    return head.lstrip().startswith("<") and ("<tmx" in head or "<xliff" in head)


def read_bitext(text: str, file: str) -> Report:
    """Every unit with text in English or Chinese. A unit in neither becomes a problem.

    Raises InputError for XML that is not well formed. External entities are not followed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(_DECLARATION.sub("", text).encode("utf-8", "replace"), parser)
    except etree.XMLSyntaxError as error:
        raise InputError(file, f"no well-formed XML ({error})", "export it again") from None
    report = Report(file=file, layout="table")
    for n, (element, texts) in enumerate(_units(root), 1):
        line = element.sourceline
        if not texts:
            report.problems.append(
                Problem(
                    place=f"line {line}",
                    what="a unit without English or Chinese text",
                    mend="mark its languages en and zh",
                    lost=True,
                )
            )
            continue
        report.findings.append(
            Finding(
                id=clean(element.get("tuid") or element.get("id") or f"{n}"),
                source=Source(file=file, line=line),
                texts={lang: Text.whole(value) for lang, value in texts.items()},
            )
        )
    return report


def _units(root: etree._Element) -> Iterator[tuple[etree._Element, dict[Lang, str]]]:
    """Each unit with its texts by language."""
    for tu in root.iter("{*}tu"):
        sides = [(tuv.get(_XML_LANG) or tuv.get("lang"), tuv.find("{*}seg")) for tuv in tu]
        yield tu, _texts(sides)
    for file in root.iter("{*}file"):
        codes = file.get("source-language"), file.get("target-language")
        for unit in file.iter("{*}trans-unit"):
            sides = zip(codes, (unit.find("{*}source"), unit.find("{*}target")), strict=True)
            yield unit, _texts(list(sides))


def _texts(sides: list[tuple[str | None, etree._Element | None]]) -> dict[Lang, str]:
    texts: dict[Lang, str] = {}
    for code, segment in sides:
        lang = (code or "")[:2].lower()
        text = clean("".join(map(str, segment.itertext()))) if segment is not None else ""
        if text.strip() and (lang == "en" or lang == "zh"):
            texts.setdefault(lang, text)
    return texts
