"""What makes the check a linter: which checks are on, and what a person has already dismissed."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..corpus.labels import DEFECT_TYPES, LEVELS, DefectType, Level
from ..corpus.schema import AnalysedReport, Defect, InputError, Issue
from ..corpus.settings import read_settings
from ..nlp.consistency import CHECKS
from .export import destination

DEFECTS: dict[DefectType, str] = {
    "untranslated": "A text, or a part of it, that is not in its language.",
    "wrong_finding": "Two texts that tell different findings.",
    "omission_en": "Something that only the Chinese says.",
    "omission_zh": "Something that only the English says.",
    "status_mismatch": "One text says corrected, the other that the finding is open.",
    "law_mismatch": "Another law or article.",
    "percent_mismatch": "Another percentage.",
    "date_mismatch": "Another date.",
    "number_mismatch": "Another number, headcount, sum or duration.",
    "polarity_mismatch": "One text affirms what the other denies.",
}
CONFIG = Path("bifinding.yaml")
_FIELDS = ("disable", "fail_on", "accept")
# A dismissed entry: the finding (or report), the check, and the words that it quoted.
Key = tuple[str, str, tuple[str, ...]]


def checks() -> dict[str, str]:
    """Every check by name, with what it looks for: defect types first, then checks of the report."""
    reports = {name: (check.__doc__ or "").partition("\n")[0] for name, check in CHECKS.items()}
    return {name: DEFECTS[name] for name in DEFECT_TYPES} | reports


@dataclass(frozen=True)
class Config:
    """``disable``: names of checks; ``fail_on``: the level that makes the exit code 1; ``accept``: the
    list of what was dismissed."""

    disable: frozenset[str] = frozenset()
    fail_on: Level = "error"
    accept: Path | None = None

    def filter(self, report: AnalysedReport) -> AnalysedReport:
        """The report without what the checks that are disabled have found."""
        for record in report.findings:
            record.defects = [d for d in record.defects if d.type not in self.disable]
        report.issues = [issue for issue in report.issues if issue.check not in self.disable]
        return report


def read_config(path: Path | None) -> Config:
    """The settings in a YAML file; without one, those of ``bifinding.yaml`` in the working folder, and
    the defaults where there is none.

    Raises InputError for a file that cannot be read, an unknown field, check or level.
    """
    if path is None and not CONFIG.exists():
        return Config()
    path = path or CONFIG
    try:
        values = read_settings(path)
    except ValueError as error:
        what = f"cannot be read as YAML ({error})"
        raise InputError(str(path), what, "see `bifinding check --help`") from None
    if unknown := ", ".join(sorted(set(values) - set(_FIELDS))):
        raise InputError(
            str(path), f"unknown settings {unknown}", f"it may set {', '.join(_FIELDS)}"
        )
    listed = values.get("disable") or []
    names = [str(name) for name in (listed if isinstance(listed, list) else [listed])]
    if unknown := [name for name in names if name not in checks()]:
        raise InputError(
            str(path),
            f"no check is called {', '.join(unknown)}",
            "`bifinding check --list` names them",
            "disable",
        )
    level = values.get("fail_on") or "error"
    if level not in LEVELS:
        raise InputError(str(path), f"no level {level}", f"one of {', '.join(LEVELS)}", "fail_on")
    accept = values.get("accept")
    return Config(frozenset(names), level, path.parent / str(accept) if accept else None)


@dataclass
class Accepted:
    """What a person has dismissed. An entry holds the words that the check quoted, so a changed number
    comes back. ``used`` are the entries that this run met."""

    entries: dict[Key, dict[str, Any]] = field(default_factory=dict)
    used: set[Key] = field(default_factory=set)
    hidden: int = 0

    @classmethod
    def read(cls, path: Path) -> Accepted:
        """One JSON object a line; an empty list for a file that is not there yet.

        Raises InputError naming the line that is no entry.
        """
        entries: dict[Key, dict[str, Any]] = {}
        try:
            lines = path.read_text(encoding="utf-8-sig").splitlines() if path.exists() else []
        except (OSError, UnicodeError) as error:
            what = f"cannot be read ({getattr(error, 'strerror', None) or error})"
            raise InputError(str(path), what, "name another file, or write it anew") from None
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    entry = json.loads(line)
                    key = (entry["finding"], entry["check"], tuple(entry["quotes"]))
                except (ValueError, KeyError, TypeError):
                    raise InputError(
                        str(path),
                        "no entry with finding, check and quotes",
                        "mend or remove the line",
                        f"line {number}",
                    ) from None
                entries[key] = entry
        return cls(entries)

    def filter(self, report: AnalysedReport, update: bool = False) -> AnalysedReport:
        """The report without what is on the list; with ``update`` all of it is put there first."""
        for record in report.findings:
            record.defects = [
                d
                for d in record.defects
                if self._stays(record.id, d.type, quotes(d), d.message, update)
            ]
        report.issues = [
            i
            for i in report.issues
            if self._stays(Path(report.report.file).stem, i.check, places(i), i.message, update)
        ]
        return report

    def _stays(
        self, finding: str, check: str, quotes: tuple[str, ...], message: str, update: bool
    ) -> bool:
        key = (finding, check, quotes)
        if update and key not in self.entries:
            self.entries[key] = {
                "finding": finding, "check": check, "quotes": list(quotes), "message": message
            }  # fmt: skip
        if key not in self.entries:
            return True
        self.used.add(key)
        self.hidden += 1
        return False

    def write(self, path: Path) -> None:
        with destination(path, "jsonl") as stream:
            for entry in self.entries.values():
                stream.write(json.dumps(entry, ensure_ascii=False).encode() + b"\n")

    def summary(self, path: Path) -> str:
        unused = len(self.entries) - len(self.used)
        line = f"{self.hidden} accepted in {path} and not shown"
        met = "was not met" if unused == 1 else "were not met"
        return f"{line}; {unused} of its entries {met}" if unused else line


def quotes(defect: Defect) -> tuple[str, ...]:
    """The words that a defect quotes, English and Chinese: what an entry knows it by."""
    return tuple(" ".join(side.text.split()) if side else "" for side in (defect.en, defect.zh))


def places(issue: Issue) -> tuple[str, ...]:
    """The words that an issue quotes: what an entry knows it by."""
    return tuple(" ".join(place.text.split()) for place in issue.places)
