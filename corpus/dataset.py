"""The written corpus as a Hugging Face data set, split by situation.

``corpus/findings/*.jsonl`` hold one finding a line: situation, style, area, question, status,
severity, en, zh. A text that is no finding has null labels. A situation (what was seen, not how it
was told) is wholly in one split, so a test never meets a retelling of what was trained on.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .labels import AREAS, SEVERITIES, STATUSES
from .schema import Finding, Given, Source
from .stated import split_states

if TYPE_CHECKING:
    import datasets

FINDINGS = Path(__file__).parent / "findings"
TEST_SHARE = 20  # per cent of the situations


def rows(folder: Path = FINDINGS) -> Iterator[dict[str, Any]]:
    """The corpus rows, in the order of files and lines, each with its ``id`` and ``split``."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                row = json.loads(line)
                yield {"id": f"{path.stem}#{number}", **row, "split": split_of(row["situation"])}


def split_of(situation: str) -> str:
    """ "test" for a fixed fifth of all situations, "train" for the others."""
    digest = hashlib.sha256(situation.encode()).digest()
    return "test" if digest[0] * 256 + digest[1] < 65536 * TEST_SHARE // 100 else "train"


def load_corpus(folder: Path = FINDINGS) -> datasets.DatasetDict:
    """The corpus with its splits "train" and "test"."""
    import datasets

    features = datasets.Features(
        {
            "id": datasets.Value("string"),
            "situation": datasets.Value("string"),
            "style": datasets.Value("string"),
            "area": datasets.ClassLabel(names=list(AREAS)),
            "question": datasets.Value("string"),
            "status": datasets.ClassLabel(names=list(STATUSES)),
            "severity": datasets.ClassLabel(names=list(SEVERITIES)),
            "en": datasets.Value("string"),
            "zh": datasets.Value("string"),
        }
    )
    splits: dict[str, list[dict[str, Any]]] = {"train": [], "test": []}
    for row in rows(folder):
        splits[row.pop("split")].append(row)
    return datasets.DatasetDict(
        {name: datasets.Dataset.from_list(part, features) for name, part in splits.items()}
    )


def to_finding(row: dict[str, Any]) -> Finding:
    """A corpus row as the finding that a reader would have made of it."""
    return Finding(
        id=row["id"],
        source=Source(file=row["id"].partition("#")[0]),
        texts={lang: split_states(row[lang], lang) for lang in ("en", "zh") if row[lang]},
        given=Given(**{key: row[key] for key in ("area", "question", "status", "severity")}),
    )
