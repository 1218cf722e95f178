"""Reads an amfori / BSCI audit report: header, ratings, sites, metrics, description, findings.

Layout "amfori-d" is the extract of 2024 with its tabbed header and upper-case headings, "amfori-c"
that of 2021 with "Label : value" lines, "amfori-b" that of 2015 with findings as "2.4 - …" lines.
One reader serves all three: what a line is decides, not the layout.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from typing import cast

from ..labels import AREAS, Area
from ..schema import InputError, Metric, Problem, Report, Site
from ..text import is_wide, unwrap
from .amfori_findings import blocks, read_findings
from .amfori_lines import Line, field, lines_of, paragraphs, section, structure, without_furniture

_LABELLED = re.compile(r"(?P<label>[A-Z][^.:：;,，。\d\t]{1,80})[:：]\s*(?P<value>.*)")
_RATING = re.compile(
    r"(?i)(?P<name>.*?)[\s:：]*(?:^|(?<=[\s:：]))(?P<rating>[A-E]|ZT|None|N/?A)\s*"
)
_NUMBER = r"-?\d+(?:,\d{2,4})*(?:\.\d+)?"
_METRIC_CELLS = ("name", "value", "unit")
_DAY = re.compile(r"(?<!\d)(?:\d{1,2}[-/.]\d{1,2}[-/.]\d{4}|\d{4}[-/.]\d{1,2}[-/.]\d{1,2})(?!\d)")
_MAX_REST = 80  # characters of an area's name that go on to the next line
_METRIC = re.compile(
    rf"(?P<name>.*[^\W\d].*?)\s*[\t:：]\s*(?P<value>{_NUMBER}|N\.?/?A\.?|-|)\s*\t\s*(?P<unit>[^\t]*)"
    rf"|(?P<bare>.*[^\W\d:：].*?)\s*[\s:：]\s*(?P<number>{_NUMBER})(?:\s+(?P<of>[A-Za-z%]+))?"
)
_B_MARKS = re.compile(
    r"(?im)^\s*(?:Auditee\s*:|Main Auditee Information|Rating Definitions?\b)|EO\.Pdf"
)
_C_MARKS = re.compile(r"(?im)^\s*(?:Monitoring result for\b|Monitored Party\s*:)")


Note = Callable[[Line | None, str, str], None]


def looks_like_amfori(text: str) -> bool:
    """Whether a text is an amfori report rather than a finding's bare text: it has at least three of
    the lines that such a report is made of (headings, areas, sites, questions)."""
    marks = 0
    for line in lines_of(text[:2_000_000]):
        kind = structure(line.text)
        marks += bool(section(line.text)) + bool(kind) + (bool(kind) and kind[0] == "question")
        marks += bool(re.match(r"(?i)(?:Monitored Party|Auditee\s*:|Site amfori ID)\b", line.text))
        if marks >= 3:
            return True
    return False


def read_amfori(source: str | Iterable[Line], file: str) -> Report:
    """Reads a report from its text, or from the lines that ``pdf_lines`` found.

    Raises:
        InputError: when it holds no finding.
    """
    lines = lines_of(source) if isinstance(source, str) else list(source)
    parts = _sections(without_furniture(lines))
    text = "\n".join(line.text for line in lines[:400])
    report = Report(file=file, layout=_layout(text))
    sites: list[Site] = []
    fresh: list[Site] = []  # those named since the last metrics
    site_id: str | None = None

    def note(row: Line | None, what: str, mend: str) -> None:
        at = ("page", row.page) if row and row.number is None else ("line", row and row.number)
        place = f"{at[0]} {at[1]}" if at[1] else "header"
        report.problems.append(Problem(place=place, what=what, mend=mend))

    for name, rows in parts:
        match name:
            case "header":
                report.header |= _header(rows)
                report.overall = _letter(report.header.pop("Overall Rating", ""))
            case "overall":
                report.overall = report.overall or _overall(rows)
                report.ratings |= _ratings(rows, note)
            case "ratings":
                report.ratings |= _ratings(rows, note)
            case "description":
                report.description |= _description(rows)
            case "site":
                named = _sites(rows)
                sites += named
                fresh += named
            case "metrics":
                if fresh:  # metrics after several sites are those of all
                    site_id = fresh[0].id if len(fresh) == 1 else None
                    fresh = []
                report.metrics += _metrics(rows, site_id, note)
    findings = [block for name, rows in parts if name == "findings" for block in blocks(rows)]
    report.sites = _all_sites(sites, [row for _, rows in parts for row in rows], report.header)
    ids = [site.id for site in report.sites if site.id]
    only = ids[0] if len(ids) == 1 else None
    for metric in report.metrics:
        metric.site_id = metric.site_id or only
    _header_days(report.header, note)
    report.findings, problems = read_findings(findings, file, only, len(ids) > 1)
    report.problems += problems
    if not report.findings:
        raise InputError(file, "no finding in it", "give a report with findings in full text")
    return report


def _layout(text: str) -> str:
    if _B_MARKS.search(text):
        return "amfori-b"
    return "amfori-c" if _C_MARKS.search(text) else "amfori-d"


def _sections(rows: list[Line]) -> list[tuple[str, list[Line]]]:
    """The lines under each heading, in order; what stands before the first is the header."""
    parts: list[tuple[str, list[Line]]] = [("header", [])]
    questions = any(kind and kind[0] == "question" for kind in (structure(r.text) for r in rows))
    for row in rows:
        name, here = parts[-1]
        heading = section(row.text)
        if heading and not (heading == name == "findings"):
            parts.append((heading, []))
            continue
        kind, _ = structure(row.text) or ("", None)
        begins = kind == ("question" if questions else "dashed")
        begins = begins or (kind == "site" and name not in ("site", "metrics"))
        if begins and name != "findings":
            # No heading told of the findings: the area and site above belong to them.
            above = []
            while here and (found := structure(here[-1].text)) and found[0] in ("area", "site"):
                if name == "ratings" and found[0] == "area" and _RATING.fullmatch(found[1]["name"]):
                    break  # an area with its letter is the last of the ratings
                above.insert(0, here.pop())
            parts.append(("findings", above))
        parts[-1][1].append(row)
    return parts


def _header(rows: list[Line]) -> dict[str, str]:
    """Header fields by label: cells "Label value" or lines "Label : value", whose value may go on
    in lines that start with a colon."""
    fields: dict[str, list[str]] = {}
    label: str | None = None
    for cell in (cell.strip() for row in rows for cell in row.text.split("\t")):
        if cell[:1] in (":", "：") and label:
            fields[label].append(cell[1:].strip())
        elif pair := field(cell):
            label, value = pair
            fields.setdefault(label, [value])
        elif cell and label and fields[label] == [""]:
            fields[label] = [cell]
    return {
        label: ", ".join(value.rstrip(",") for value in values if value)
        for label, values in fields.items()
    }


def _overall(rows: list[Line]) -> str | None:
    """The overall letter; None where it is an image, or where every letter is printed."""
    return _letter(rows[0].text) if rows else None


def _letter(text: str) -> str | None:
    return text.strip() if re.fullmatch(r"\s*(?:[A-E]|ZT)\s*", text) else None


def _ratings(rows: list[Line], note: Note) -> dict[Area, str]:
    """The rating of each area: on its line, behind the rest of its name on the next, or below."""
    ratings: dict[Area, str] = {}
    named: dict[Area, tuple[Line, str]] = {}
    area: Area | None = None
    begun = False  # whether the line before is that of the area
    for row in rows:
        text = row.text.strip()
        if (kind := structure(text)) and kind[0] == "area":
            number = f"PA{int(kind[1]['number'])}"
            area = cast(Area, number) if number in AREAS else None
            text = kind[1]["name"].strip()
            if area:
                named.setdefault(area, (row, text.rpartition("\t")[2] if "\t" in text else ""))
        match = _RATING.fullmatch(text) if len(text) < 300 else None
        goes_on = begun and match and len(match["name"]) <= _MAX_REST
        if area and match and (match["name"] == "" or kind or goes_on):
            ratings.setdefault(area, match["rating"].upper().replace("NONE", "None"))
            area = None
        begun = bool(kind and kind[0] == "area")
    for code, (row, value) in named.items():
        if not ratings or code in ratings:
            continue
        what = (
            f"the rating {value[:40]!r} of {code} is not known"
            if value
            else f"{code} has no rating"
        )
        note(row, what, "ratings are A to E, ZT, None and N/A")
    return ratings


def _description(rows: list[Line]) -> dict[str, str]:
    """Labelled paragraphs; a paragraph without a label goes on with the one before it."""
    parts: dict[str, list[str]] = {}
    label = ""
    for text in (text for row in rows for text in paragraphs(row.text)):
        if (match := _LABELLED.fullmatch(text)) and len(match["label"].split()) < 10:
            label, text = match["label"].strip(), match["value"]
        parts.setdefault(label, []).append(text)
    return {label: _running(texts) for label, texts in parts.items()}


def _running(texts: list[str]) -> str:
    """Paragraphs as one text; one that stops in mid-sentence goes on in the next."""
    ends = (".", "。", ":", "：")
    fresh = {i for i in range(1, len(texts)) if texts[i - 1].endswith(ends)}
    chinese = 2 * sum(map(is_wide, texts[0])) > len(texts[0])
    return unwrap(texts, "zh" if chinese else "en", fresh)


def _sites(rows: list[Line]) -> list[Site]:
    """Sites with their details; values stand behind a label or below it."""
    sites: list[Site] = []
    label: str | None = None
    for cell in (cell.strip() for row in rows for cell in row.text.split("\t")):
        if not cell:
            continue
        value = cell
        if pair := field(cell):
            label, value = pair
            if label == "Site" or not sites:
                sites.append(Site())
        if not sites or not label or not value:
            continue
        site = sites[-1]
        if label == "Site":
            site.name = f"{site.name} {value}" if site.name else value
        elif label == "Site amfori ID":
            site.id = site.id or value
        else:
            before = site.details.get(label)
            site.details[label] = f"{before} {value}" if before else value
    return sites


def _all_sites(sites: list[Site], rows: list[Line], header: dict[str, str]) -> list[Site]:
    """The sites of the details section, and those that only the header or the findings name."""
    found = {site.id: site for site in sites if site.id}
    named = [(header.get("Site amfori ID"), header.get("Site"))]
    for row in rows:
        if (kind := structure(row.text)) and kind[0] == "site":
            named.append((kind[1]["id"], kind[1]["name"].strip()))
    for id_, name in named:
        if id_ and id_ not in found:
            found[id_] = Site(id=id_, name=name)
    return [*found.values()] + [site for site in sites if not site.id]


def _metrics(rows: list[Line], site_id: str | None, note: Note) -> list[Metric]:
    """Metrics, of the site given until a line names another."""
    metrics: list[Metric] = []
    for row in rows:
        if (kind := structure(row.text)) and kind[0] == "site":
            site_id = kind[1]["id"]
        elif len(row.text) < 300 and (match := _METRIC.fullmatch(row.text.strip(" "))):
            number = match["number"] or match["value"] or ""
            value = float(number.replace(",", "")) if re.fullmatch(_NUMBER, number) else None
            unit = (match["unit"] or match["of"] or "").strip() or None
            name = (match["name"] or match["bare"]).strip()
            if value is not None and value < 0:
                note(row, f"{name} is {number}, less than none", "mend the number; it is left out")
                value = None
            metrics.append(Metric(name=name, value=value, unit=unit, site_id=site_id))
        elif len(cells := row.text.strip(" ").split("\t")) == len(_METRIC_CELLS) and all(cells[:2]):
            name, value = (cell.strip()[:40] for cell in cells[:2])
            note(row, f"{name} is {value!r}, which is no number", "mend it; it is left out")
    return metrics


def _header_days(header: dict[str, str], note: Note) -> None:
    """Says of the header's dates which no calendar has."""
    for label, value in header.items():
        match = _DAY.search(value) if "date" in label.casefold() else None
        numbers = [int(part) for part in re.findall(r"\d+", match[0])] if match else []
        if numbers and not (_is_day(numbers) or _is_day([numbers[1], numbers[0], numbers[2]])):
            note(None, f"{label}: there is no day {match[0] if match else ''}", "mend the date")


def _is_day(numbers: list[int]) -> bool:
    """Whether three numbers are a date with the year first or last."""
    day, month, year = numbers if numbers[2] > numbers[0] else reversed(numbers)
    try:
        return bool(date(year, month, day))
    except ValueError:
        return False
